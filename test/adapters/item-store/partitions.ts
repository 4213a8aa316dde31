import { randomUUID } from "node:crypto";
import type { Item, ItemKey, ItemQuery, ItemStore } from "#adapters/items/item-store.ts";

/** A partition key nobody else uses, so that tests may share a table. */
export const aPartition = (): string => `T#${randomUUID()}`;

/** A key in a partition of its own. */
export const aKey = (): ItemKey => ({ pk: aPartition(), sk: "ROW" });

/** Every item of a query, page by page. Throws when the pages never end. */
export async function allPages(store: ItemStore, query: ItemQuery): Promise<{ items: Item[]; sizes: number[] }> {
	const items: Item[] = [];
	const sizes: number[] = [];
	let cursor: string | undefined;
	do {
		const page = await store.query({ ...query, ...(cursor === undefined ? {} : { cursor }) });
		items.push(...page.items);
		sizes.push(page.items.length);
		cursor = page.cursor;
		if (sizes.length > 5000) throw new Error("the query's cursor never ends");
	} while (cursor !== undefined);
	return { items, sizes };
}

/** The sort keys a query gives, in its order. */
export const sortKeys = async (store: ItemStore, query: ItemQuery): Promise<string[]> =>
	(await allPages(store, query)).items.map((item) => item.sk);
