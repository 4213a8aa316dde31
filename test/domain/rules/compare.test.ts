import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison } from "#contracts/definitions/condition.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, compareText, valueAt } from "#domain/rules/compare.ts";

const GOLD = { op: "eq", value: "gold" } as const;

describe("compare", () => {
	it.each<[Json | undefined, Comparison, boolean]>([
		["gold", GOLD, true],
		["Gold", GOLD, false],
		["3", { op: "eq", value: 3 }, false],
		[3, { op: "eq", value: "3" }, false],
		[true, { op: "eq", value: true }, true],
		["true", { op: "eq", value: true }, false],
		[["gold"], GOLD, false],
		["silver", { op: "ne", value: "gold" }, true],
		["gold", { op: "ne", value: "gold" }, false],
		[3, { op: "ne", value: "gold" }, false],
		[10, { op: "gt", value: 9 }, true],
		["10", { op: "gt", value: 9 }, false],
		["10", { op: "gt", value: "9" }, false],
		[9, { op: "gt", value: 9 }, false],
		[9, { op: "gte", value: 9 }, true],
		[9, { op: "lt", value: 9 }, false],
		[9, { op: "lte", value: 9 }, true],
		[true, { op: "gte", value: 0 }, false],
		["2026-01-31T09:00:00.000Z", { op: "lt", value: "2026-02-01" }, true],
		["2026-02-01T00:00:00.000Z", { op: "lt", value: "2026-02-01" }, false],
		["ada@example.com", { op: "contains", value: "@" }, true],
		[["@"], { op: "contains", value: "@" }, false],
		["ada", { op: "not_contains", value: "@" }, true],
		[7, { op: "not_contains", value: "@" }, false],
		["SKU-1", { op: "starts_with", value: "SKU" }, true],
		["SKU-1", { op: "starts_with", value: "KU" }, false],
		["SKU-1", { op: "ends_with", value: "-1" }, true],
		["SKU-1", { op: "ends_with", value: "SKU" }, false],
		["b", { op: "in", value: ["a", "b"] }, true],
		[2, { op: "in", value: ["2", true] }, false],
		["c", { op: "not_in", value: ["a", "b"] }, true],
		["b", { op: "not_in", value: ["a", "b"] }, false],
		[1, { op: "not_in", value: ["a", "b"] }, false],
		[1, { op: "not_in", value: ["a", 2] }, true],
		[false, { op: "exists" }, true],
		["", { op: "exists" }, true],
		[{}, { op: "not_exists" }, false],
	])("%j meets %j: %s", (actual, is, expected) => {
		expect(compare(actual, is)).toBe(expected);
	});

	const comparisons: Comparison[] = [
		GOLD,
		{ op: "ne", value: "gold" },
		{ op: "lt", value: "gold" },
		{ op: "not_contains", value: "gold" },
		{ op: "in", value: ["gold"] },
		{ op: "not_in", value: ["gold"] },
		{ op: "exists" },
	];
	it.each(comparisons)("what is absent or null does not meet %j", (is) => {
		expect([compare(undefined, is), compare(null, is)]).toEqual([false, false]);
	});

	it("what is absent or null meets not_exists", () => {
		expect([compare(undefined, { op: "not_exists" }), compare(null, { op: "not_exists" })]).toEqual([true, true]);
	});

	it("of a text and its opposites exactly one holds whenever the types agree", () => {
		fc.assert(
			fc.property(fc.string(), fc.string({ minLength: 1 }), (actual, value) => {
				expect(compare(actual, { op: "eq", value })).toBe(!compare(actual, { op: "ne", value }));
				expect(compare(actual, { op: "contains", value })).toBe(!compare(actual, { op: "not_contains", value }));
				expect(compare(actual, { op: "in", value: [value] })).toBe(!compare(actual, { op: "not_in", value: [value] }));
				expect(compare(actual, { op: "lt", value })).toBe(!compare(actual, { op: "gte", value }));
				expect(compare(actual, { op: "gt", value })).toBe(!compare(actual, { op: "lte", value }));
			}),
		);
	});
});

describe("compareText", () => {
	it("orders as the UTF-8 bytes do", () => {
		const text = fc.string({ unit: fc.constantFrom("a", "b", "\uffff", "\ufb01", "\ud7ff", "😀", "𐀀") });
		fc.assert(
			fc.property(text, text, (a, b) => {
				expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
			}),
			{ numRuns: 500 },
		);
	});
});

describe("valueAt", () => {
	it.each<[string, Json | undefined]>([
		["city", "Paris"],
		["geo.lat", 48.9],
		["geo", { lat: 48.9 }],
		["geo.lat.x", undefined],
		["tags.0", undefined],
		["tags.length", undefined],
		["city.length", undefined],
		["constructor", undefined],
		["geo.__proto__", undefined],
		["nothing", null],
		["nothing.x", undefined],
	])("%s is %j", (path, expected) => {
		const root = { city: "Paris", geo: { lat: 48.9 }, tags: ["a"], nothing: null };
		expect(valueAt(root, path.split("."))).toEqual(expected);
	});
});
