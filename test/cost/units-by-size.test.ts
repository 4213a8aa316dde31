import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { putCopy, type Row, rowsOf, shapeOf } from "../../bench/units-by-size/copies.ts";
import { itemsByThePass } from "../../bench/units-by-size/known-people.ts";
import { BEGUN, benchUnitsBySize, largestDifference } from "../../bench/units-by-size.ts";

/** `npm run bench -- --only units-by-size` goes to a million. */
const SMALL = { events: 600, eventsPerSecond: 20 };

it("costs an event the same units whether the table knows a thousand people or ten thousand", async () => {
	const figures = await benchUnitsBySize([1000, 10_000], SMALL);
	const [few = 0, many = 0] = figures.map(({ items }) => items);
	expect(many - few).toBeGreaterThan(9000 * 3);
	for (const { writeUnits, readUnits } of figures) {
		expect(writeUnits).toBeGreaterThan(0.3);
		expect(readUnits).toBeGreaterThan(0.3);
	}
	expect(largestDifference(figures)).toBeLessThanOrEqual(0.02);
});

it("would see it if whoever is looked up were looked for in a list of all", async () => {
	const lookingThroughAList = (items: ItemStore): ItemStore => ({
		...items,
		async batchGet(keys, how) {
			await items.query({ pk: "SEG#keen#0", limit: 1000 });
			return items.batchGet(keys, how);
		},
	});
	const figures = await benchUnitsBySize([1000, 10_000], { ...SMALL, wrap: lookingThroughAList });
	expect(largestDifference(figures)).toBeGreaterThan(0.02);
});

describe("people who are copied into the table", () => {
	const folder = mkdtempSync(join(tmpdir(), "tutti-copies-"));
	let [originals, copies, others]: Row[][] = [];
	beforeAll(async () => {
		const byThePass = (from: number) => itemsByThePass({ from, count: 400 }, join(folder, `${from}.sqlite`), BEGUN);
		originals = await byThePass(0);
		others = await byThePass(400);
		const database = openDatabase(join(folder, "copies.sqlite"));
		putCopy(originals, 499, database);
		copies = rowsOf(database);
		database.close();
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	it("are others than those who were copied", () => {
		const known = new Set(originals?.map(({ pk, sk }) => `${pk} ${sk}`));
		expect(known.size).toBeGreaterThan(1000);
		expect(copies).toHaveLength(known.size);
		expect(copies?.filter(({ pk, sk }) => known.has(`${pk} ${sk}`))).toEqual([]);
	});

	it("have as many items of each kind, of the same size, as others have who came in by the pass", () => {
		const [byCopy, byThePass] = [shapeOf(copies ?? []), shapeOf(others ?? [])];
		expect(byThePass.size).toBeGreaterThan(7);
		expect([...byCopy.keys()].sort()).toEqual([...byThePass.keys()].sort());
		for (const [kind, { items, bytes }] of byThePass) {
			const copied = byCopy.get(kind);
			expect([kind, copied?.items]).toEqual([kind, items]);
			expect(Math.abs((copied?.bytes ?? 0) / bytes - 1), kind).toBeLessThan(0.01);
		}
	});
});
