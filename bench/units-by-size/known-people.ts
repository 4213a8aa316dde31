import { copyFileSync } from "node:fs";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { progressBar } from "#cli/progress.ts";
import { segment } from "#contracts/definitions/segment.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { anEnvelope, anonymousId, aPass, aWorkspace } from "#test/functions/unify/pass.ts";
import { putCopy, type Row, rowsOf, seedOfCopy } from "./copies.ts";
import { deviceOf, viewsOf, whatDoes } from "./people.ts";

/** Events of a call of the pass. */
const AT_ONCE = 200;
const SAMPLE = 100;
const APPLIED = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
/** The key that `aPass` knows people by. */
const vault = identifierVault(Buffer.alloc(32, 7));

/** One segment whose list of members grows with the people, and by its window a row each in the list of those who are due. */
export const workspace = aWorkspace({
	segments: [
		{ ...segment.parse({ id: "keen", when: { event: "Product Viewed", atLeast: 3, within: "1d" } }), ...APPLIED },
	],
});

/** Has the pass take events in, all at the same moment, as fast as it can. */
export async function takeIn(events: readonly CollectedEvent[], into: Database, at: number): Promise<void> {
	const now = () => new Date(at);
	const nowhere = { archive: { store: async () => {} }, bus: { publish: async () => {} } };
	const items = sqliteItemStore({ database: into, now });
	const pass = aPass({ workspace, wrap: () => items, now, ...nowhere });
	try {
		for (let from = 0; from < events.length; from += AT_ONCE) {
			const failed = await pass.take(anEnvelope(events.slice(from, from + AT_ONCE)));
			if (failed.length > 0) throw new Error("people came again who were to be known");
		}
	} finally {
		pass.close();
	}
}

/** The items of so many people, from number so and so on, as the pass writes them. */
export async function itemsByThePass(people: { from: number; count: number }, file: string, begun: number) {
	const database = openDatabase(file);
	try {
		const all = Array.from({ length: people.count }, (_, n) => whatDoes(people.from + n, begun)).flat();
		await takeIn(all, database, begun);
		return rowsOf(database);
	} finally {
		database.close();
	}
}

/** A table that knows more and more people: copies of some who came in by the pass. */
export function openKnownPeople(file: string, originals: { readonly count: number; readonly rows: readonly Row[] }) {
	let database = openLarge(file);
	let copies = 0;
	return {
		get database() {
			return database;
		},
		/** Lets more come until there are so many. */
		growTo(people: number): void {
			if (people % originals.count !== 0) throw new RangeError(`${people} is no multiple of ${originals.count}`);
			const bar = progressBar("people known", people, "people");
			for (; copies * originals.count < people; copies++) {
				putCopy(originals.rows, copies, database);
				bar.to((copies + 1) * originals.count);
			}
			bar.end();
		},
		/** Throws unless some of them, the first and the last among them, are known with all that they did. */
		async look(): Promise<void> {
			const fragments = itemFragments({ items: sqliteItemStore({ database, now: () => new Date(0) }) });
			const last = copies * originals.count - 1;
			for (const n of Array.from({ length: SAMPLE }, (_, i) => Math.floor((i * last) / (SAMPLE - 1)))) {
				const original = vault.seedId(anonymousId(deviceOf(n % originals.count)));
				const seedId = seedOfCopy(original, Math.floor(n / originals.count)) as SeedId; // of one
				const [found] = await fragments.load([seedId]);
				if (found?.eventCount !== viewsOf(n % originals.count)) throw new Error(`person ${n} is not known`);
			}
		},
		/** How many items there are. */
		items: (): number => Number(database.connection.prepare("SELECT count(*) AS n FROM items").get()?.n),
		/** The table as it stands, in a file of its own. */
		copyTo(copy: string): void {
			database.close();
			copyFileSync(file, copy);
			database = openLarge(file);
		},
		close: () => database.close(),
	};
}

/** A file that grows to gigabytes by keys in no order, and that nobody needs after a crash. */
function openLarge(file: string): Database {
	const database = openDatabase(file);
	database.connection.exec("PRAGMA cache_size = -2000000; PRAGMA synchronous = OFF");
	return database;
}
