import type { Database } from "#adapters/embedded/sqlite/database.ts";
import type { Item } from "#adapters/items/item-store.ts";
import { itemSize } from "#adapters/meter/item-size.ts";

export type Row = {
	readonly pk: string;
	readonly sk: string;
	readonly ttl: number | null;
	readonly attributes: string;
};

/** Seed ids, which name people wherever their items do: in keys, lists of members, edges, causes. */
const SEED_ID = /[0-9a-f]{8}(?=-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})/g;
/** Odd, so that no two copies get the same of one id. */
const SPREAD = 2_654_435_761;

/** All items but news that wait to be told, which are gone after a day. */
export const rowsOf = ({ connection }: Database): Row[] =>
	// the columns' own shapes
	connection.prepare("SELECT pk, sk, ttl, attributes FROM items WHERE pk NOT LIKE 'OUT#%'").all() as unknown as Row[];

/** The id of the same person in copy number so and so; copy 0 is who was copied. */
export const seedOfCopy = (text: string, copy: number): string =>
	copy === 0 ? text : text.replace(SEED_ID, (first) => hex(Number.parseInt(first, 16) ^ Math.imul(copy, SPREAD)));

const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, "0");

/** Puts a copy of these people into the table: other ids, and else the very items that the pass wrote. */
export function putCopy(rows: readonly Row[], copy: number, into: Database): void {
	const put = into.connection.prepare("INSERT INTO items (pk, sk, ttl, attributes) VALUES (?, ?, ?, ?)");
	into.transaction(() => {
		for (const { pk, sk, ttl, attributes } of rows) {
			put.run(seedOfCopy(pk, copy), seedOfCopy(sk, copy), ttl, seedOfCopy(attributes, copy));
		}
	});
}

/** How many items of each kind there are, and their bytes as DynamoDB bills them. */
export function shapeOf(rows: readonly Row[]): ReadonlyMap<string, { readonly items: number; readonly bytes: number }> {
	const kindOf = ({ pk, sk }: Row) => `${pk.split("#", 1)[0]} ${sk.replaceAll(/[0-9a-f-]{36}|\d{2,}/g, "…")}`;
	return new Map(
		[...Map.groupBy(rows, kindOf)].map(([kind, all]) => [
			kind,
			{ items: all.length, bytes: all.reduce((sum, row) => sum + itemSize(itemOf(row)), 0) },
		]),
	);
}

const itemOf = ({ pk, sk, attributes }: Row): Item => ({ ...(JSON.parse(attributes) as Item), pk, sk });
