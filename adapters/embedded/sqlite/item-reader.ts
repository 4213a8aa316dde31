import type { Item, ItemKey, ItemPage, ItemQuery } from "../../items/item-store.ts";
import type { Database } from "./database.ts";
import { cursorAt, keyRange } from "./key-range.ts";

const PAGE = { usual: 100, most: 1000 };

type Row = { readonly pk: string; readonly sk: string; readonly attributes: string };

/** Reads items, past their `ttl` none. Synchronous. */
export type ItemReader = { one(key: ItemKey): Item | undefined; page(query: ItemQuery): ItemPage };

export function itemReader({ database, seconds }: { database: Database; seconds: () => number }): ItemReader {
	const { connection } = database;
	const live = "(ttl IS NULL OR ttl > ?)";
	const get = connection.prepare(`SELECT attributes FROM items WHERE pk = ? AND sk = ? AND ${live}`);
	const range = `SELECT sk, attributes FROM items WHERE pk = ? AND sk >= ? AND sk < ? AND ${live} ORDER BY sk`;
	const forward = connection.prepare(`${range} LIMIT ?`);
	const backward = connection.prepare(`${range} DESC LIMIT ?`);

	return {
		one({ pk, sk }) {
			const row = get.get(pk, sk, seconds()) as Pick<Row, "attributes"> | undefined; // the column's own shape
			return row && itemOf({ pk, sk, attributes: row.attributes });
		},

		page({ pk, limit = PAGE.usual, ...query }) {
			const { from, before } = keyRange(query);
			const size = Math.max(1, Math.min(limit, PAGE.most));
			const statement = query.reverse ? backward : forward;
			// one more than the page, to know whether there is another; the columns' own shapes
			const rows = statement.all(pk, from, before, seconds(), size + 1) as Omit<Row, "pk">[];
			const items = rows.slice(0, size).map(({ sk, attributes }) => itemOf({ pk, sk, attributes }));
			const last = items.at(-1);
			return rows.length > size && last ? { items, cursor: cursorAt(last.sk) } : { items };
		},
	};
}

/** The item a row of `items` or `changes` holds. */
export const itemOf = ({ pk, sk, attributes }: Row): Item => Object.assign(JSON.parse(attributes) as Item, { pk, sk }); // `item-writer.ts` wrote it
