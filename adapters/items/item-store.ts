import type { Json } from "#domain/model/json.ts";

export type ItemKey = { readonly pk: string; readonly sk: string };

/**
 * One item: its key, its attributes, and `ttl` (seconds since 1970) after which it may vanish at any time and is no
 * longer returned. Attributes are JSON; undefined ones are not written.
 */
export type Item = ItemKey & { readonly ttl?: number; readonly [attribute: string]: Json | undefined };

/**
 * What must hold for a write to happen: the item is not there, is there, or an attribute equals a value.
 * `equals` with `null` holds when the attribute is absent or null. All parts must hold.
 */
export type Condition = {
	readonly absent?: true;
	readonly present?: true;
	readonly equals?: { readonly [attribute: string]: string | number | boolean | null };
};

/** How an item changes: attributes set whole, numbers added to (from 0 when absent), attributes removed. */
export type Changes = {
	readonly set?: { readonly [attribute: string]: Json };
	readonly add?: { readonly [attribute: string]: number };
	readonly remove?: readonly string[];
};

export type Write =
	| { readonly kind: "put"; readonly item: Item; readonly condition?: Condition }
	| { readonly kind: "update"; readonly key: ItemKey; readonly changes: Changes; readonly condition?: Condition }
	| { readonly kind: "delete"; readonly key: ItemKey; readonly condition?: Condition }
	| { readonly kind: "check"; readonly key: ItemKey; readonly condition: Condition };

/** A refused write changed nothing. `at` are the positions of the writes whose condition did not hold (of one: `[0]`). */
export type Written = { readonly kind: "written" } | { readonly kind: "refused"; readonly at: readonly number[] };

/** A partition read in the order of the sort key (by UTF-8 bytes), between bounds or by prefix, from a cursor on. */
export type ItemQuery = {
	readonly pk: string;
	readonly prefix?: string;
	/** Inclusive bounds; not together with `prefix`. */
	readonly from?: string;
	readonly to?: string;
	readonly reverse?: boolean;
	/** Items a page. @default 100, at most 1000 */
	readonly limit?: number;
	readonly cursor?: string;
};

export type ItemPage = {
	readonly items: readonly Item[] /** Present while there may be more. */;
	readonly cursor?: string;
};

/** A change of one of the rows whose partition key starts with `OUT#`: the outbox, nothing else is fed. */
export type ItemChange = { readonly changeId: string; readonly item: Item };

export type Reading = { readonly mayBeStale?: boolean };

/**
 * All state lives behind this (DESIGN D4): the honest subset of DynamoDB that Tutti uses. Reads see every write that
 * was answered before them, unless they are asked for as they may be. Throws what a retry may cure (throttling, a busy file); a condition that does not hold is a
 * value. Two writes of one transaction never name the same item.
 */
export interface ItemStore {
	get(key: ItemKey): Promise<Item | undefined>;
	/**
	 * The items that are there, in no order. Any number of distinct keys. With `mayBeStale` one may be as it was a moment ago, or not be
	 * there yet, for half the price: for whoever notices later, because what is written upon it is conditional.
	 */
	batchGet(keys: readonly ItemKey[], how?: Reading): Promise<Item[]>;
	query(query: ItemQuery): Promise<ItemPage>;
	put(item: Item, condition?: Condition): Promise<Written>;
	update(key: ItemKey, changes: Changes, condition?: Condition): Promise<Written>;
	delete(key: ItemKey, condition?: Condition): Promise<Written>;
	/** At most 100 writes, all or nothing. */
	transact(writes: readonly Write[]): Promise<Written>;
}
