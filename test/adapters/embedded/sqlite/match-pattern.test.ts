import { describe, expect, it } from "vitest";
import { matcherOf } from "#adapters/embedded/sqlite/match-pattern.ts";
import { type BusPattern, RULES } from "#contracts/bus/catalogue.ts";

const PATTERN: BusPattern = {
	source: ["tutti.collect", "tutti.unify"],
	detailType: ["EventsCollected"],
	detail: { types: ["track", "page"], source: ["web"] },
};
const MATCHING = {
	source: "tutti.collect",
	detailType: "EventsCollected",
	detail: { types: ["track"], source: "web" },
};

describe("matcherOf", () => {
	it.each<{ what: string; change: object; expected: boolean }>([
		{ what: "as the pattern says", change: {}, expected: true },
		{ what: "from another listed source", change: { source: "tutti.unify" }, expected: true },
		{ what: "from a source that is not listed", change: { source: "tutti.segment" }, expected: false },
		{ what: "from a source that begins alike", change: { source: "tutti.collect2" }, expected: false },
		{ what: "of another type", change: { detailType: "EventsProcessed" }, expected: false },
		{ what: "of a type in other letters", change: { detailType: "eventscollected" }, expected: false },
		{
			what: "with one listed element",
			change: { detail: { types: ["group", "page"], source: "web" } },
			expected: true,
		},
		{ what: "with no listed element", change: { detail: { types: ["group"], source: "web" } }, expected: false },
		{ what: "with an empty list", change: { detail: { types: [], source: "web" } }, expected: false },
		{ what: "with a text for a list", change: { detail: { types: "track", source: "web" } }, expected: true },
		{ what: "with one of two fields", change: { detail: { types: ["track"] } }, expected: false },
		{
			what: "with a field of another type",
			change: { detail: { types: { 0: "track" }, source: "web" } },
			expected: false,
		},
		{ what: "with an inherited field", change: { detail: Object.create(MATCHING.detail) }, expected: false },
		{ what: "with no detail", change: { detail: null }, expected: false },
		{ what: "with a list for a detail", change: { detail: ["track", "web"] }, expected: false },
	])("an entry $what matches: $expected", ({ change, expected }) => {
		expect(matcherOf(PATTERN)({ ...MATCHING, ...change })).toBe(expected);
	});

	it("does not look at the detail when the pattern does not", () => {
		const { detail: _, ...rest } = PATTERN;
		expect(matcherOf(rest)({ ...MATCHING, detail: undefined })).toBe(true);
	});

	it("knows every rule there is", () => {
		const matchers = Object.values(RULES).map((rule) => matcherOf(rule));
		expect(matchers.filter((matches) => matches(MATCHING))).toHaveLength(1);
	});

	it.each<{ what: string; pattern: unknown }>([
		{ what: "no source", pattern: { detailType: ["EventsCollected"] } },
		{ what: "no type", pattern: { source: ["a"] } },
		{ what: "an empty list", pattern: { ...PATTERN, source: [] } },
		{ what: "a text for a list", pattern: { ...PATTERN, source: "tutti.collect" } },
		{ what: "a prefix", pattern: { ...PATTERN, source: [{ prefix: "tutti." }] } },
		{ what: "a number", pattern: { ...PATTERN, detail: { version: [1] } } },
		{ what: "a null", pattern: { ...PATTERN, detail: { version: [null] } } },
		{ what: "a nested field", pattern: { ...PATTERN, detail: { page: { url: ["x"] } } } },
		{ what: "a field nobody knows", pattern: { ...PATTERN, account: ["1"] } },
		{ what: "EventBridge's own spelling", pattern: { ...PATTERN, "detail-type": ["x"] } },
	])("throws at once on a pattern with $what", ({ pattern }) => {
		expect(() => matcherOf(pattern as BusPattern)).toThrow(/exact|may not have/);
	});
});
