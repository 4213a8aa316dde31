import type { JsonObject } from "#domain/model/json.ts";
import type { ItemKey, ItemStore } from "./item-store.ts";

type Versioned = { readonly version: number };

/**
 * One item that says how far something is, for whoever goes on with it: each version takes the place of the one before, so
 * of two who go on at once one is refused. What is read is what was saved.
 */
export const versionedItem = <T extends Versioned>(items: ItemStore, key: ItemKey) => ({
	async read(): Promise<T | undefined> {
		const item = await items.get(key);
		if (!item) return undefined;
		const { pk: _, sk: __, ...record } = item;
		return record as unknown as T; // as `save` wrote it
	},

	async save(record: T): Promise<"saved" | "refused"> {
		const { version } = record;
		const condition = version === 1 ? { absent: true as const } : { equals: { version: version - 1 } };
		const { kind } = await items.put({ ...key, ...(record as unknown as JsonObject) }, condition);
		return kind === "written" ? "saved" : "refused";
	},
});
