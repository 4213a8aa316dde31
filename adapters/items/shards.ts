import type { Item, ItemPage, ItemStore } from "./item-store.ts";
import { SEGMENT_SHARDS as SHARDS } from "./keys.ts";

type Page = { readonly limit?: number; readonly cursor?: string };

/**
 * A page of a list that is cut by the last digit of its ids, because it may be too large or too busy for one partition: one
 * shard after the other. `pkOf` is the partition of a shard.
 */
export async function queryShards(
	items: ItemStore,
	pkOf: (shard: string) => string,
	{ limit = 100, cursor }: Page = {},
): Promise<ItemPage> {
	const found: Item[] = [];
	for (const { shard, after } of shardsFrom(cursor)) {
		const page = await items.query({
			pk: pkOf(shard),
			limit: limit - found.length,
			...(after !== "" && { cursor: after }),
		});
		found.push(...page.items);
		const rest = page.cursor === undefined ? nextShard(shard) : `${shard}${page.cursor}`;
		if (rest === undefined) return { items: found };
		if (found.length >= limit) return { items: found, cursor: rest };
	}
	return { items: found };
}

const nextShard = (shard: string): string | undefined => SHARDS[SHARDS.indexOf(shard) + 1];

/** A cursor is the shard and, after it, the place in the shard. */
function shardsFrom(cursor = "0"): { shard: string; after: string }[] {
	const first = Math.max(0, SHARDS.indexOf(cursor.slice(0, 1)));
	return SHARDS.slice(first).map((shard, i) => ({ shard, after: i === 0 ? cursor.slice(1) : "" }));
}
