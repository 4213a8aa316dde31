import type { ItemKey, ItemStore, Write } from "#adapters/items/item-store.ts";
import { ITEM_GRANTS, type ItemAction } from "#lib/constructs/item-grants.ts";

/** What each kind of write needs, alone as in a transaction. */
const NEEDED: { readonly [kind in Write["kind"]]: ItemAction } = {
	put: "PutItem",
	update: "UpdateItem",
	delete: "DeleteItem",
	check: "ConditionCheckItem",
};

/**
 * The store as the deployed function has it: throws where its role would be denied. As IAM does it, one grant must cover all the keys that a call,
 * or one action of a transaction, names.
 */
export function grantedStore<Store extends ItemStore>(entry: string, items: Store): Store {
	function mustBeGranted(action: ItemAction, partitions: readonly string[]): void {
		const covers = (granted: readonly string[]) => partitions.every((pk) => granted.some((one) => isOf(pk, one)));
		const grants = (ITEM_GRANTS[entry] ?? []).filter(({ actions }) => actions.includes(action));
		if (!grants.some((grant) => covers(grant.partitions))) {
			const kinds = new Set(partitions.map((pk) => pk.replace(/#.*/, "#…")));
			throw new Error(`AccessDenied: ${entry} may not ${action} in ${[...kinds].join(", ")}`);
		}
	}
	const guarded: ItemStore = {
		async get(key) {
			mustBeGranted("GetItem", [key.pk]);
			return items.get(key);
		},
		async batchGet(keys, how) {
			if (keys.length > 0) mustBeGranted("BatchGetItem", keys.map(partitionOf));
			return items.batchGet(keys, how);
		},
		async query(query) {
			mustBeGranted("Query", [query.pk]);
			return items.query(query);
		},
		async put(item, condition) {
			mustBeGranted("PutItem", [item.pk]);
			return items.put(item, condition);
		},
		async update(key, changes, condition) {
			mustBeGranted("UpdateItem", [key.pk]);
			return items.update(key, changes, condition);
		},
		async delete(key, condition) {
			mustBeGranted("DeleteItem", [key.pk]);
			return items.delete(key, condition);
		},
		async transact(writes) {
			for (const [kind, some] of Map.groupBy(writes, (write) => write.kind)) {
				mustBeGranted(NEEDED[kind], some.map(keyOf).map(partitionOf));
			}
			return items.transact(writes);
		},
	};
	return { ...items, ...guarded };
}

const isOf = (pk: string, granted: string): boolean =>
	granted.endsWith("*") ? pk.startsWith(granted.slice(0, -1)) : pk === granted;
const partitionOf = ({ pk }: ItemKey): string => pk;
const keyOf = (write: Write): ItemKey => (write.kind === "put" ? write.item : write.key);
