import type { Item, ItemQuery, ItemStore } from "./item-store.ts";

/** All items a query finds, page after page. For partitions known to be small, or read to the end anyway. */
export async function* everyItem(items: ItemStore, query: Omit<ItemQuery, "cursor">): AsyncGenerator<Item> {
	let cursor: string | undefined;
	do {
		const page = await items.query({ ...query, limit: 1000, ...(cursor !== undefined && { cursor }) });
		yield* page.items;
		cursor = page.cursor;
	} while (cursor !== undefined);
}
