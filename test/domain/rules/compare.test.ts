import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, FixedComparison } from "#contracts/definitions/condition.ts";
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
		[["@", 1], { op: "contains", value: "@" }, true],
		[["a@b"], { op: "contains", value: "@" }, false],
		[[3], { op: "contains", value: "3" }, false],
		[{ "@": 1 }, { op: "contains", value: "@" }, false],
		[33, { op: "contains", value: "3" }, false],
		["b and c", { op: "contains_any", value: ["a", "c"] }, true],
		["b", { op: "contains_any", value: ["a", "c"] }, false],
		[["x", "c"], { op: "contains_any", value: ["a", "c"] }, true],
		[["xc"], { op: "contains_any", value: ["a", "c"] }, false],
		[true, { op: "contains_any", value: ["t"] }, false],
		["ada", { op: "not_contains", value: "@" }, true],
		[7, { op: "not_contains", value: "@" }, false],
		[["a@b"], { op: "not_contains", value: "@" }, true],
		[["@"], { op: "not_contains", value: "@" }, false],
		[[], { op: "not_contains", value: "@" }, true],
		[{}, { op: "not_contains", value: "@" }, false],
		["@ada", { op: "contains", value: "@a" }, true],
		["Ada", { op: "starts_with", value: "ada" }, false],
		[["SKU"], { op: "starts_with", value: "SKU" }, false],
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

	const NOW = Date.parse("2026-03-01T00:00:00Z");
	it.each<[Json, Comparison, boolean]>([
		["2026-02-28", { op: "before", value: "2026-03-01" }, true],
		["2026-03-01", { op: "before", value: "2026-03-01" }, false],
		["2026-03-01", { op: "before", value: "2026-03-01T00:00:00.001Z" }, true],
		["2026-03-01T01:00:00+02:00", { op: "before", value: "2026-03-01" }, true],
		["2026-03-01", { op: "after", value: "2026-03-01" }, false],
		["2026-03-01T00:00:00.001Z", { op: "after", value: "2026-03-01" }, true],
		["2026-02-28T23:00:00-02:00", { op: "after", value: "2026-03-01T00:59Z" }, true],
		["28.2.2026", { op: "before", value: "2026-03-01" }, false],
		["2026-02-30", { op: "before", value: "2026-03-01" }, false],
		[Date.parse("2026-02-01"), { op: "before", value: "2026-03-01" }, false],
		[["2026-02-01"], { op: "before", value: "2026-03-01" }, false],
		["2026-03-01", { op: "within_last", value: "7d" }, true],
		["2026-02-22", { op: "within_last", value: "7d" }, true],
		["2026-02-21T23:59:59.999Z", { op: "within_last", value: "7d" }, false],
		["2026-03-01T00:00:00.001Z", { op: "within_last", value: "7d" }, false],
		["2026-03-01", { op: "within_next", value: "90m" }, true],
		["2026-03-01T01:30:00Z", { op: "within_next", value: "90m" }, true],
		["2026-03-01T01:30:00.001Z", { op: "within_next", value: "90m" }, false],
		["2026-02-28T23:59:59.999Z", { op: "within_next", value: "90m" }, false],
		["2026-02-22", { op: "before_last", value: "7d" }, false],
		["2026-02-21T23:59:59.999Z", { op: "before_last", value: "7d" }, true],
		["2027-01-01", { op: "before_last", value: "7d" }, false],
		["2026-03-02", { op: "after_next", value: "24h" }, false],
		["2026-03-02T00:00:00.001Z", { op: "after_next", value: "24h" }, true],
		["2025-01-01", { op: "after_next", value: "24h" }, false],
		["soon", { op: "after_next", value: "24h" }, false],
	])("at the beginning of March 2026, %j meets %j: %s", (actual, is, expected) => {
		expect(compare(actual, is, NOW)).toBe(expected);
	});

	const comparisons: Comparison[] = [
		GOLD,
		{ op: "ne", value: "gold" },
		{ op: "lt", value: "gold" },
		{ op: "not_contains", value: "gold" },
		{ op: "in", value: ["gold"] },
		{ op: "not_in", value: ["gold"] },
		{ op: "exists" },
		{ op: "contains_any", value: ["gold"] },
		{ op: "before", value: "2026-03-01" },
		{ op: "after", value: "1990-03-01" },
		{ op: "within_last", value: "400d" },
		{ op: "within_next", value: "400d" },
		{ op: "before_last", value: "1m" },
		{ op: "after_next", value: "1m" },
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

	it("of a list and its opposites exactly one holds", () => {
		const list = fc.array(fc.oneof(fc.constantFrom("a", "b", "c"), fc.integer({ max: 3, min: 0 })), { maxLength: 4 });
		const wanted = fc.array(fc.constantFrom("a", "b", "0"), { minLength: 1, maxLength: 3 });
		fc.assert(
			fc.property(list, wanted, (actual, values) => {
				const each = values.map((value) => compare(actual, { op: "contains", value }));
				expect(compare(actual, { op: "contains_any", value: values })).toBe(each.includes(true));
				expect(values.map((value) => compare(actual, { op: "not_contains", value }))).toEqual(each.map((met) => !met));
			}),
		);
	});

	it("of a date exactly one of what was, what is now, and what will be holds, and each by itself is told in one way", () => {
		const moment = fc.integer({ min: NOW - 20 * 60_000, max: NOW + 20 * 60_000 });
		fc.assert(
			fc.property(moment, fc.integer({ min: 1, max: 15 }), (at, minutes) => {
				const met = (op: "within_last" | "within_next" | "before_last" | "after_next") =>
					compare(new Date(at).toISOString(), { op, value: `${minutes}m` }, NOW);
				const parts = [met("before_last"), met("within_last"), met("within_next"), met("after_next")];
				expect(parts.filter(Boolean)).toHaveLength(at === NOW ? 2 : 1);
				expect(compare(new Date(at).toISOString(), { op: "before", value: new Date(NOW).toISOString() })).toBe(
					at < NOW,
				);
				expect(compare(new Date(at).toISOString(), { op: "after", value: new Date(NOW).toISOString() })).toBe(at > NOW);
			}),
		);
	});

	it("of a field of an event says the same whenever it is asked", () => {
		const dates = fc.constantFrom("2026-02-28", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00.001+01:00", "x", "1");
		const actual = fc.oneof(dates, fc.integer(), fc.boolean(), fc.array(dates), fc.constant(null));
		const is = fc.oneof(
			fc.record({ op: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte", "before", "after"), value: dates }),
			fc.record({ op: fc.constantFrom("contains", "not_contains", "starts_with", "ends_with"), value: dates }),
			fc.record({ op: fc.constantFrom("in", "not_in", "contains_any"), value: fc.array(dates, { minLength: 1 }) }),
		);
		fc.assert(
			fc.property(actual, is, fc.nat(), (value, comparison, now) => {
				const fixed = comparison as FixedComparison; // whatever the pairs above are
				expect(compare(value, fixed, now)).toBe(compare(value, fixed, NOW));
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
