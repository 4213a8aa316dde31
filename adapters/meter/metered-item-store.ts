import type { Item, ItemKey, ItemStore, Write, Written } from "#adapters/items/item-store.ts";
import { itemSize } from "./item-size.ts";

/** What DynamoDB rounds up to: a kilobyte for writes, four for reads. */
const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** A transaction writes everything twice: to prepare, and to commit. */
const TRANSACTIONAL = 2;
/** An eventually consistent read is half a one. */
const STALE = 0.5;

/** An item a call read or wrote, with the bytes it is billed by: 0 for one that is not there. */
export type Touched = ItemKey & { readonly bytes: number };

/** What one call costs, in request units. */
export type Charge = {
	readonly call: keyof ItemStore;
	readonly writeUnits: number;
	readonly readUnits: number;
	readonly items: readonly Touched[];
	/** A condition did not hold: nothing was written, and it is billed all the same. */
	readonly refused: boolean;
};

/**
 * An item store that says of each call what DynamoDB would bill for it (Developer Guide, "DynamoDB read and write
 * operations"; DESIGN D11), so that what something costs is a figure of the code and not of a month's invoice:
 *
 * - a write: a unit for each KB, at least one, of the item as it was or as it is, whichever is larger; also when its
 *   condition does not hold. In a transaction twice that, and a check costs what a write does.
 * - a read: a unit for each 4 KB, at least one, also of an item that is not there; every item of a `batchGet` by itself,
 *   a page of a query by the sum of its items. Half of that where it may be stale.
 *
 * Not counted: what a client sends again because of conflicts or throttling, storage, streams; deletes by `ttl` cost nothing.
 * To know the sizes it looks at the store itself, which is not billed: it is for tests and benches, not for production.
 */
export function meteredItemStore(items: ItemStore, bill: (charge: Charge) => void): ItemStore {
	async function write<T extends Written>(call: keyof ItemStore, writes: readonly Write[], act: () => Promise<T>) {
		const before = await sizesOf(writes.map(keyIn), items);
		const written = await act();
		const after = written.kind === "written" ? await sizesOf(writes.filter(isUpdate).map(keyIn), items) : new Map();
		const touched = writes.map((one) => {
			const { pk, sk } = keyIn(one);
			const asPut = one.kind === "put" ? itemSize(one.item) : (after.get(name({ pk, sk })) ?? 0);
			return { pk, sk, bytes: Math.max(before.get(name({ pk, sk })) ?? 0, asPut) };
		});
		const once = touched.reduce((sum, { bytes }) => sum + units(bytes, WRITE_UNIT_BYTES), 0);
		const writeUnits = call === "transact" ? TRANSACTIONAL * once : once;
		bill({ call, writeUnits, readUnits: 0, items: touched, refused: written.kind === "refused" });
		return written;
	}

	function read(call: keyof ItemStore, touched: readonly Touched[], readUnits: number): void {
		bill({ call, writeUnits: 0, readUnits, items: touched, refused: false });
	}

	return {
		async get(key) {
			const item = await items.get(key);
			const one = touchedBy(key, item);
			read("get", [one], units(one.bytes, READ_UNIT_BYTES));
			return item;
		},
		async batchGet(keys, how) {
			const found = await items.batchGet(keys, how);
			const byName = new Map(found.map((item) => [name(item), item]));
			const all = keys.map((key) => touchedBy(key, byName.get(name(key))));
			read(
				"batchGet",
				all,
				all.reduce((sum, { bytes }) => sum + units(bytes, READ_UNIT_BYTES), 0) * (how?.mayBeStale ? STALE : 1),
			);
			return found;
		},
		async query(query) {
			const page = await items.query(query);
			const all = page.items.map((item) => touchedBy(item, item));
			read(
				"query",
				all,
				units(
					all.reduce((sum, { bytes }) => sum + bytes, 0),
					READ_UNIT_BYTES,
				),
			);
			return page;
		},
		put: (item, condition) =>
			write("put", [{ kind: "put", item, ...(condition && { condition }) }], () => items.put(item, condition)),
		update: (key, changes, condition) =>
			write("update", [{ kind: "update", key, changes }], () => items.update(key, changes, condition)),
		delete: (key, condition) => write("delete", [{ kind: "delete", key }], () => items.delete(key, condition)),
		transact: (writes) => write("transact", writes, () => items.transact(writes)),
	};
}

const units = (bytes: number, unit: number): number => Math.max(1, Math.ceil(bytes / unit));

const touchedBy = ({ pk, sk }: ItemKey, item: Item | undefined): Touched => ({
	pk,
	sk,
	bytes: item ? itemSize(item) : 0,
});

const isUpdate = ({ kind }: Write): boolean => kind === "update";

const keyIn = (write: Write): ItemKey => (write.kind === "put" ? write.item : write.key);

const name = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

async function sizesOf(keys: readonly ItemKey[], items: ItemStore): Promise<Map<string, number>> {
	const found = keys.length === 0 ? [] : await items.batchGet(keys.map(({ pk, sk }) => ({ pk, sk })));
	return new Map(found.map((item) => [name(item), itemSize(item)]));
}
