import { describe, expect, it } from "vitest";
import type { Item, ItemKey, Write } from "#adapters/items/item-store.ts";
import { openBill } from "#adapters/meter/bill.ts";
import { itemSize } from "#adapters/meter/item-size.ts";
import { meteredItemStore } from "#adapters/meter/metered-item-store.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const KB = 1024;
const key = (sk: string): ItemKey => ({ pk: "F#1", sk });

/** An item of exactly so many bytes. */
function ofBytes(sk: string, bytes: number): Item {
	const empty = { ...key(sk), text: "" };
	return { ...empty, text: "x".repeat(bytes - itemSize(empty)) };
}

/** A metered store that holds some items already, and has billed nothing for them. */
async function aStore(...held: Item[]) {
	const bill = openBill();
	const memory = memoryItemStore();
	for (const item of held) await memory.put(item);
	return { store: meteredItemStore(memory, bill.add), bill, memory };
}

type Metered = Awaited<ReturnType<typeof aStore>>["store"];

/** By the rules of the Developer Guide, "DynamoDB read and write operations". */
describe("meteredItemStore", () => {
	it.each<{ what: string; held?: Item[]; act: (store: Metered) => Promise<unknown>; units: number }>([
		{ what: "a put of 1 KB: one", act: (s) => s.put(ofBytes("a", KB)), units: 1 },
		{ what: "a put of 1 KB and a byte: two", act: (s) => s.put(ofBytes("a", KB + 1)), units: 2 },
		{
			what: "a put in the place of a larger one: by the larger",
			held: [ofBytes("a", 5 * KB)],
			act: (s) => s.put(ofBytes("a", 100)),
			units: 5,
		},
		{
			what: "a put whose condition does not hold: all the same",
			held: [ofBytes("a", 3 * KB)],
			act: (s) => s.put(ofBytes("a", 2 * KB), { absent: true }),
			units: 3,
		},
		{
			what: "an update: by the whole item as it is afterwards",
			held: [ofBytes("a", KB)],
			act: (s) => s.update(key("a"), { set: { more: "x" } }),
			units: 2,
		},
		{
			what: "an update that makes it smaller: by the item as it was",
			held: [ofBytes("a", 2 * KB)],
			act: (s) => s.update(key("a"), { remove: ["text"] }),
			units: 2,
		},
		{ what: "an update of what is not there: one", act: (s) => s.update(key("a"), { add: { n: 1 } }), units: 1 },
		{ what: "a delete: by what is deleted", held: [ofBytes("a", 4 * KB)], act: (s) => s.delete(key("a")), units: 4 },
		{ what: "a delete of what is not there: one", act: (s) => s.delete(key("a")), units: 1 },
		{
			what: "a transaction: twice each, checks too",
			held: [ofBytes("b", 2 * KB)],
			act: (s) =>
				s.transact([
					{ kind: "put", item: ofBytes("a", 100) },
					{ kind: "check", key: key("b"), condition: { present: true } },
					{ kind: "update", key: key("c"), changes: { set: { n: 1 } } },
				]),
			units: 2 * (1 + 2 + 1),
		},
		{
			what: "a transaction that is refused: all the same",
			act: (s) =>
				s.transact([
					{ kind: "put", item: ofBytes("a", 100) },
					{ kind: "check", key: key("b"), condition: { present: true } },
				]),
			units: 4,
		},
	])("bills $what", async ({ held = [], act, units }) => {
		const { store, bill } = await aStore(...held);
		await act(store);
		expect(bill.sum()).toMatchObject({ writeUnits: units, readUnits: 0, writes: 1 });
	});

	it.each<{ what: string; held?: Item[]; act: (store: Metered) => Promise<unknown>; units: number }>([
		{ what: "a get of 4 KB: one", held: [ofBytes("a", 4 * KB)], act: (s) => s.get(key("a")), units: 1 },
		{ what: "a get of 4 KB and a byte: two", held: [ofBytes("a", 4 * KB + 1)], act: (s) => s.get(key("a")), units: 2 },
		{ what: "a get of what is not there: one", act: (s) => s.get(key("a")), units: 1 },
		{
			what: "a batchGet: every item by itself, missing ones too",
			held: [ofBytes("a", 100), ofBytes("b", 5 * KB)],
			act: (s) => s.batchGet([key("a"), key("b"), key("c")]),
			units: 1 + 2 + 1,
		},
		{
			what: "a page of a query: by the sum of its items",
			held: [ofBytes("a", 3 * KB), ofBytes("b", 3 * KB), ofBytes("c", 3 * KB)],
			act: (s) => s.query({ pk: "F#1" }),
			units: 3,
		},
		{ what: "a query that finds nothing: one", act: (s) => s.query({ pk: "F#1" }), units: 1 },
	])("bills $what", async ({ held = [], act, units }) => {
		const { store, bill } = await aStore(...held);
		await act(store);
		expect(bill.sum()).toMatchObject({ writeUnits: 0, readUnits: units, writes: 0 });
	});

	it("answers what the store answers, and bills nothing for its own looks", async () => {
		const { store, bill, memory } = await aStore(ofBytes("a", 100));
		expect(await store.put(ofBytes("a", 200), { absent: true })).toEqual({ kind: "refused", at: [0] });
		expect(await store.update(key("a"), { set: { n: 1 } }, { present: true })).toEqual({ kind: "written" });
		expect(await store.get(key("a"))).toEqual(await memory.get(key("a")));
		expect(bill.charges().map(({ call, refused }) => [call, refused])).toEqual([
			["put", true],
			["update", false],
			["get", false],
		]);
	});

	it("says of a number of calls how large the largest transaction was, and what each kind of item cost", async () => {
		const { store, bill } = await aStore();
		const puts = (...all: string[]) => all.map((pk): Write => ({ kind: "put", item: { pk, sk: "T" } }));
		await store.transact(puts("N#1", "N#2", "C#1"));
		await store.transact(puts("N#3", "N#4"));
		await store.put({ pk: "F#1", sk: "T" });
		expect(bill.sum()).toMatchObject({
			writes: 3,
			transactions: 2,
			largestTransaction: 3,
			writeUnitsOf: { N: 8, C: 2, F: 1 },
		});
		bill.clear();
		expect(bill.sum()).toMatchObject({ writes: 0, largestTransaction: 0, writeUnitsOf: {} });
	});
});
