import type { Changes, Condition, Item, ItemKey, ItemStore, Write } from "#adapters/items/item-store.ts";
import type { Json } from "#domain/model/json.ts";

/**
 * An item store in memory, for laws that need thousands of them; it counts what was asked of it. `others` runs before each
 * call: give it something that takes a turn when writers are to meet. No time-to-live, no change feed.
 */
export function memoryItemStore(others: () => Promise<void> = async () => {}): MemoryItemStore {
	const items = new Map<string, Item>();
	const partitions = new Map<string, Set<string>>();
	const counts = { reads: 0, writes: 0, transactions: 0, largest: 0 };
	const id = ({ pk, sk }: ItemKey) => JSON.stringify([pk, sk]);
	const holds = (key: ItemKey, condition: Condition | undefined) => meets(items.get(id(key)), condition);

	function writeAll(writes: readonly Write[]) {
		const at = writes.flatMap((write, position) => (holds(keyOf(write), write.condition) ? [] : [position]));
		if (at.length > 0) return { kind: "refused" as const, at };
		for (const write of writes) {
			const { pk } = keyOf(write);
			partitions.set(pk, (partitions.get(pk) ?? new Set()).add(id(keyOf(write))));
			if (write.kind === "put") items.set(id(write.item), copy(write.item));
			if (write.kind === "update")
				items.set(id(write.key), changed(items.get(id(write.key)) ?? write.key, write.changes));
			if (write.kind === "delete") items.delete(id(write.key));
			if (write.kind !== "check") counts.writes++;
		}
		return { kind: "written" as const };
	}

	return {
		counts,
		all: () => [...items.values()],
		async get(key) {
			await others();
			counts.reads++;
			return copy(items.get(id(key)));
		},
		async batchGet(keys) {
			await others();
			if (new Set(keys.map(id)).size < keys.length) throw new Error("a batchGet names a key twice");
			counts.reads += keys.length;
			return keys.flatMap((key) => copy(items.get(id(key))) ?? []);
		},
		async query({ pk, prefix = "", from = "", to, reverse = false, limit = 100, cursor }) {
			await others();
			const inside = ({ sk }: Item) => sk.startsWith(prefix) && sk >= from && (to === undefined || sk <= to);
			const found = [...(partitions.get(pk) ?? [])]
				.flatMap((key) => items.get(key) ?? [])
				.filter(inside)
				.sort((x, y) => (x.sk < y.sk ? -1 : 1));
			const ordered = reverse ? found.reverse() : found;
			const start = cursor === undefined ? 0 : Number(cursor);
			const page = ordered.slice(start, start + limit);
			counts.reads += page.length;
			const more = start + limit < ordered.length;
			return { items: page.flatMap((item) => copy(item) ?? []), ...(more && { cursor: String(start + limit) }) };
		},
		async put(item, condition) {
			await others();
			return writeAll([{ kind: "put", item, ...(condition && { condition }) }]);
		},
		async update(key, changes, condition) {
			await others();
			return writeAll([{ kind: "update", key, changes, ...(condition && { condition }) }]);
		},
		async delete(key, condition) {
			await others();
			return writeAll([{ kind: "delete", key, ...(condition && { condition }) }]);
		},
		async transact(writes) {
			await others();
			if (writes.length > 100) throw new RangeError("a transaction takes at most 100 writes");
			if (new Set(writes.map((write) => id(keyOf(write)))).size < writes.length) {
				throw new RangeError("a transaction names an item twice");
			}
			counts.transactions++;
			counts.largest = Math.max(counts.largest, writes.length);
			return writeAll(writes);
		},
	};
}

export type MemoryItemStore = ItemStore & {
	readonly counts: { reads: number; writes: number; transactions: number; largest: number };
	all(): Item[];
};

/** Lets everybody else who is ready go first. */
export const takeTurns = () => new Promise<void>((resolve) => setImmediate(resolve));

const keyOf = (write: Write): ItemKey => (write.kind === "put" ? write.item : write.key);

function meets(item: Item | undefined, { absent, present, equals = {} }: Condition = {}): boolean {
	if ((absent && item) || (present && !item)) return false;
	return Object.entries(equals).every(([name, value]) => (item?.[name] ?? null) === value);
}

function changed(item: Item, { set = {}, add = {}, remove = [] }: Changes): Item {
	const sums = Object.entries(add).map(([name, by]): [string, Json] => [name, Number(item[name] ?? 0) + by]);
	const all = { ...item, ...set, ...Object.fromEntries(sums) };
	return copy(Object.fromEntries(Object.entries(all).filter(([name]) => !remove.includes(name))) as Item);
}

/** What a store gives is never what it holds. */
const copy = <T extends Item | undefined>(item: T): T => (item === undefined ? item : JSON.parse(JSON.stringify(item)));
