import type { Item, Write, Written } from "../../items/item-store.ts";
import type { Database } from "./database.ts";
import { changed, holds } from "./item-changes.ts";
import type { ItemReader } from "./item-reader.ts";

/** Expired items are cleared away after writes, at most this many a second: a few milliseconds' work. */
const SWEEP = { everySeconds: 1, items: 1000 };

/** Writes all, or nothing when a condition does not hold. Synchronous, within the caller's transaction. */
export type ItemWriter = (writes: readonly Write[]) => Written;

export function itemWriter(deps: { database: Database; reader: ItemReader; seconds: () => number }): ItemWriter {
	const { database, reader } = deps;
	const write = writeOne(database, reader);
	const sweep = sweeper(database, deps.seconds);
	const isRefused = ({ condition, ...write }: Write): boolean =>
		condition !== undefined && !holds(condition, reader.one("item" in write ? write.item : write.key));

	// Looks at all conditions, then writes. Nothing can come between: it is one go of the one process that has the file.
	return (writes) => {
		const at = writes.flatMap((write, position) => (isRefused(write) ? [position] : []));
		if (at.length > 0) return { kind: "refused", at };
		writes.forEach(write);
		sweep();
		return { kind: "written" };
	};
}

function writeOne({ connection }: Database, reader: ItemReader): (write: Write) => void {
	const upsert = connection.prepare(`
		INSERT INTO items (pk, sk, ttl, attributes) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET ttl = excluded.ttl, attributes = excluded.attributes`);
	const remove = connection.prepare("DELETE FROM items WHERE pk = ? AND sk = ?");
	const save = ({ pk, sk, ...attributes }: Item): void => {
		upsert.run(pk, sk, attributes.ttl ?? null, JSON.stringify(attributes));
	};

	return (write) => {
		switch (write.kind) {
			case "put":
				save(write.item);
				break;
			case "update":
				save(changed(write.key, reader.one(write.key), write.changes));
				break;
			case "delete":
				remove.run(write.key.pk, write.key.sk);
				break;
			case "check":
				break;
		}
	};
}

function sweeper({ connection }: Database, seconds: () => number): () => void {
	const sweep = connection.prepare(
		"DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE ttl <= ? ORDER BY ttl LIMIT ?)",
	);
	let sweptAt = Number.NEGATIVE_INFINITY;
	return () => {
		const at = seconds();
		if (at - sweptAt < SWEEP.everySeconds) return;
		sweptAt = at;
		sweep.run(at, SWEEP.items);
	};
}
