import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inSlice, peopleSlice } from "#domain/model/people-slices.ts";

describe("peopleSlice", () => {
	it("puts everybody into exactly one slice", () => {
		const seed = fc.oneof(fc.uuid(), fc.string());
		fc.assert(
			fc.property(seed, fc.integer({ min: 1, max: 300 }), (seedId, slices) => {
				const holders = Array.from({ length: slices }, (_, i) => peopleSlice(i, slices)).filter(
					({ from, before }) => (from === undefined || seedId >= from) && (before === undefined || seedId < before),
				);
				expect(holders.length).toBe(1);
			}),
		);
	});

	it("cuts hashes into parts of about equal size", () => {
		const sizes = Array.from({ length: 16 }, () => 0);
		for (let n = 0; n < 0x10000; n += 7) {
			const seedId = n.toString(16).padStart(4, "0");
			const at = sizes.findIndex((_, i) => {
				const { from = "", before = "g" } = peopleSlice(i, 16);
				return seedId >= from && seedId < before;
			});
			sizes[at] = (sizes[at] ?? 0) + 1;
		}
		expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
	});
});

describe("inSlice", () => {
	it.each([
		{ slice: {}, sql: "seed_id IS NOT NULL" },
		{ slice: { from: "8000" }, sql: "seed_id IS NOT NULL AND seed_id >= '8000'" },
		{ slice: { after: "it's", before: "c" }, sql: "seed_id IS NOT NULL AND seed_id > 'it''s' AND seed_id < 'c'" },
	])("says $sql", ({ slice, sql }) => {
		expect(inSlice(slice)).toBe(sql);
	});
});
