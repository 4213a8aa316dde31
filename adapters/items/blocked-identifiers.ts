import type { SeedId } from "#domain/model/identifier.ts";
import type { BlockedIdentifiers } from "#domain/unify/ports.ts";
import { headWrite, readHead } from "./definitions-head.ts";
import { everyItem } from "./every-item.ts";
import type { ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

/** Every function keeps all of them in memory, and reads them whenever a definition changes: 2,000 are some 100 KB. */
export const MAX_BLOCKED = 2000;

const TRIES = 5;

/** Every identifier that a person blocked. */
export async function readBlocked(items: ItemStore): Promise<ReadonlySet<SeedId>> {
	const blocked = new Set<SeedId>();
	for await (const { sk } of everyItem(items, { pk: keys.blocked("").pk })) blocked.add(sk as SeedId); // written from one
	return blocked;
}

/**
 * The list that all copies of the definitions hold. It changes together with their edition, so that they are read again
 * within seconds. Before anything was ever applied there is no copy to be read again.
 */
export function itemBlockedIdentifiers({ items }: { readonly items: ItemStore }): BlockedIdentifiers {
	async function write(change: Write): Promise<void> {
		for (let attempt = 0; attempt < TRIES; attempt++) {
			const { edition, counts } = await readHead(items);
			const head = edition === 0 ? [] : [headWrite({ edition: edition + 1, counts })];
			if ((await items.transact([change, ...head])).kind === "written") return;
		}
		throw new Error(`definitions changed ${TRIES} times in a row while an identifier was blocked`);
	}

	return {
		async add(id) {
			const blocked = await readBlocked(items);
			if (blocked.has(id)) return "added";
			if (blocked.size >= MAX_BLOCKED) return "full";
			await write({ kind: "put", item: keys.blocked(id) });
			return "added";
		},
		remove: (id) => write({ kind: "delete", key: keys.blocked(id) }),
	};
}
