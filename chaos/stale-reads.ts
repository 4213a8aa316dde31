import type { Item, ItemKey, ItemStore, Write, Written } from "#adapters/items/item-store.ts";
import type { Faults } from "./faults.ts";

/** Of a hundred items that may be stale, how many are. */
const STALE_PERCENT = 50;

/**
 * The store as DynamoDB is to whoever does not ask for the latest: now and then an item is as it was before its last write, or
 * not there yet.
 */
export function withStaleReads(items: ItemStore, faults: Faults): ItemStore {
	const before = new Map<string, Item | undefined>();

	async function remembering(keys: readonly ItemKey[], write: () => Promise<Written>): Promise<Written> {
		const were = await Promise.all(keys.map(async (key) => [nameOf(key), await items.get(key)] as const));
		const written = await write();
		if (written.kind === "written") for (const [name, item] of were) before.set(name, item);
		return written;
	}
	function perhapsStale(key: ItemKey, latest: ReadonlyMap<string, Item>): Item | undefined {
		const name = nameOf(key);
		if (!before.has(name) || !faults.happens("stale-read", STALE_PERCENT)) return latest.get(name);
		faults.count("stale-read", `items.batchGet ${key.pk.slice(0, 1)}`);
		return before.get(name);
	}
	return {
		...items,
		async batchGet(keys, how) {
			const latest = await items.batchGet(keys, how);
			if (!how?.mayBeStale) return latest;
			const byName = new Map(latest.map((item) => [nameOf(item), item]));
			return keys.flatMap((key) => perhapsStale(key, byName) ?? []);
		},
		put: (item, condition) => remembering([item], () => items.put(item, condition)),
		update: (key, changes, condition) => remembering([key], () => items.update(key, changes, condition)),
		delete: (key, condition) => remembering([key], () => items.delete(key, condition)),
		transact: (writes) => remembering(writes.filter(isChange).map(keyOf), () => items.transact(writes)),
	};
}

const nameOf = ({ pk, sk }: ItemKey): string => `${pk} ${sk}`;
const isChange = ({ kind }: Write): boolean => kind !== "check";
const keyOf = (write: Write): ItemKey => ("item" in write ? write.item : write.key);
