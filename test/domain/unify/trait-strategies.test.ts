import { describe, expect, it } from "vitest";
import type { Json } from "#domain/model/json.ts";
import type { TraitValue } from "#domain/model/profile.ts";
import { MAX_VALUES } from "#domain/unify/trait-kept.ts";
import { LAST_SAID, type SaidRule } from "#domain/unify/trait-said.ts";
import { joinTrait, normaliseTrait, showTrait } from "#domain/unify/trait-strategies.ts";

const at = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString();
const said = (value: Json, day: number, more: Partial<TraitValue> = {}): TraitValue => ({
	...{ value, at: at(day), messageId: `m-${day}`, source: "web" },
	...more,
});
const rule = (strategy: SaidRule["strategy"], more: Partial<SaidRule> = {}): SaidRule => ({
	...{ strategy, sources: ["crm", "till"], declaredBy: [] },
	...more,
});
/** What a trait shows when these were said in one fragment, or each list in a fragment of its own. */
const shows = (by: SaidRule, ...lists: TraitValue[][]) =>
	showTrait(
		by,
		joinTrait(
			by,
			lists.map((list) => normaliseTrait(by, list)),
		),
	)?.value;
const declared = { declared: true } as const;

describe("the value that stands", () => {
	it.each<{ by: SaidRule["strategy"]; when: string; all: TraitValue[]; expected: Json | undefined }>([
		{
			by: "last",
			when: "is the latest, not the one that came last",
			all: [said("new", 2), said("old", 1)],
			expected: "new",
		},
		{
			by: "last",
			when: "is the one of the greater messageId at the same time",
			all: [said("b", 1, { messageId: "m-9" }), said("a", 1)],
			expected: "b",
		},
		{ by: "last", when: "may be an empty text", all: [said("gold", 1), said("", 2)], expected: "" },
		{ by: "last", when: "is none after an unset", all: [said("gold", 1), said(null, 2)], expected: undefined },
		{
			by: "last",
			when: "is there again when it is said after the unset",
			all: [said(null, 1), said("gold", 2)],
			expected: "gold",
		},
		{
			by: "first",
			when: "is the earliest, though it came late",
			all: [said("late", 3), said("early", 1)],
			expected: "early",
		},
		{
			by: "first",
			when: "is none once it was unset, for good",
			all: [said("a", 1), said(null, 2), said("b", 3)],
			expected: undefined,
		},
		{ by: "first", when: "stands when the unset was before it", all: [said(null, 1), said("a", 2)], expected: "a" },
		{ by: "max", when: "is the greatest number", all: [said(9, 1), said(10, 2), said(8, 3)], expected: 10 },
		{
			by: "max",
			when: "is the greatest text where no number was said",
			all: [said("2026-02-01", 1), said("2026-01-01", 2)],
			expected: "2026-02-01",
		},
		{ by: "max", when: "is a number even when text was said", all: [said("n/a", 1), said(3, 2)], expected: 3 },
		{
			by: "max",
			when: "is none after an unset, though less was said since",
			all: [said(10, 1), said(null, 2), said(8, 3)],
			expected: undefined,
		},
		{
			by: "max",
			when: "is there again when it is said again",
			all: [said(10, 1), said(null, 2), said(10, 3)],
			expected: 10,
		},
		{
			by: "max",
			when: "is there again when more is said",
			all: [said(10, 1), said(null, 2), said(11, 3)],
			expected: 11,
		},
		{
			by: "max",
			when: "is none where nothing can be compared",
			all: [said(true, 1), said([3], 2)],
			expected: undefined,
		},
		{ by: "min", when: "is the least number", all: [said(9, 1), said(-10, 2), said("a", 3)], expected: -10 },
		{
			by: "sum",
			when: "is the last number of the fragment",
			all: [said(9, 1), said(10, 2), said("11", 3)],
			expected: 10,
		},
		{ by: "sum", when: "is none after an unset", all: [said(9, 1), said(null, 2)], expected: undefined },
		{
			by: "union",
			when: "is everything that was said, sorted",
			all: [said("b", 1), said(["a", 2, ["b"]], 2), said(10, 3)],
			expected: [2, 10, "a", "b"],
		},
		{
			by: "union",
			when: "is what was said after the unset",
			all: [said("a", 1), said("b", 1), said(null, 2), said("a", 3)],
			expected: ["a"],
		},
		{
			by: "union",
			when: "leaves out texts that are no members of a set",
			all: [said("a", 1), said("x".repeat(200), 2)],
			expected: ["a"],
		},
		{
			by: "source_priority",
			when: "is what the best source said",
			all: [said("web", 3), said("till", 2, { source: "till" })],
			expected: "till",
		},
		{
			by: "source_priority",
			when: "is what the best source said last",
			all: [said("a", 1, { source: "crm" }), said("b", 2, { source: "crm" })],
			expected: "b",
		},
		{
			by: "source_priority",
			when: "is the next one's after the best has unset it",
			all: [said(null, 3, { source: "crm" }), said("till", 1, { source: "till" })],
			expected: "till",
		},
		{
			by: "source_priority",
			when: "is the latest of all others where none is named",
			all: [said("a", 1), said("b", 2, { source: "app" })],
			expected: "b",
		},
	])("of $by $when", ({ by, all, expected }) => {
		expect(shows(rule(by), all)).toEqual(expected);
		expect(shows(rule(by), all.toReversed())).toEqual(expected);
	});

	it("of sum adds up what each fragment was told last, to the cent", () => {
		const lists = [[said(0.1, 1), said(0.2, 5)], [said(0.1, 2)], [said(null, 9)], [said(-0.3, 3), said(1.07, 4)]];
		expect(shows(rule("sum"), ...lists)).toBe(1.37);
		expect(shows(rule("sum"), ...lists.toReversed())).toBe(1.37);
	});

	it("of sum counts what grew past all measure not at all", () => {
		expect(shows(rule("sum"), [said(1e300, 2)], [said(5, 1)])).toBe(5);
	});

	it(`of union is the ${MAX_VALUES} that were said last`, () => {
		const many = Array.from({ length: MAX_VALUES + 20 }, (_, i) => said(i, i + 1));
		expect(shows(rule("union"), many)).toEqual(many.slice(20).map(({ value }) => value));
		expect(shows(rule("union"), many.slice(50), many.slice(0, 50))).toEqual(many.slice(20).map(({ value }) => value));
	});
});

describe("what a person declared", () => {
	it.each<{ when: string; all: TraitValue[]; expected: Json | undefined }>([
		{
			when: "stands before what was inferred later",
			all: [said("mine", 1, declared), said("guess", 2)],
			expected: "mine",
		},
		{
			when: "changes when it is declared anew",
			all: [said("mine", 1, declared), said("now", 3, declared), said("guess", 4)],
			expected: "now",
		},
		{
			when: "gives way once it is withdrawn",
			all: [said("mine", 1, declared), said("guess", 2), said(null, 3, declared)],
			expected: "guess",
		},
		{
			when: "is not touched by an unset that nobody declared",
			all: [said("mine", 1, declared), said(null, 2)],
			expected: "mine",
		},
		{ when: "leaves nothing when all is unset", all: [said(null, 1, declared), said(null, 2)], expected: undefined },
	])("$when", ({ all, expected }) => {
		expect(shows(LAST_SAID, all)).toEqual(expected);
		expect(shows(LAST_SAID, ...all.map((one) => [one]))).toEqual(expected);
	});

	it("may come from a source that the definition trusts to ask people", () => {
		const by = rule("last", { declaredBy: ["portal"] });
		const all = [said("mine", 1, { source: "portal" }), said("guess", 2)];
		expect(showTrait(by, joinTrait(by, [all]))).toEqual({ ...all[0], declared: true });
	});

	it("is chosen by the same strategy, by itself", () => {
		const all = [said(9, 1), said(3, 1, declared), said(2, 2, declared)];
		expect(shows(rule("max"), all)).toBe(3);
	});
});

describe("where a value comes from", () => {
	const by = rule("union", { rule: { strategy: "union", definition: "interests", version: 4 } });

	it("is the event that said it, and the version of the definition by which it stands", () => {
		const first = rule("first", { rule: { strategy: "first", definition: "origin", version: 2 } });
		const entry = said("ad", 1);
		expect(showTrait(first, joinTrait(first, [[entry], [said("mail", 2)]]))).toEqual({ ...entry, rule: first.rule });
	});

	it("is the latest event, where many made it together", () => {
		const shown = showTrait(by, joinTrait(by, [[said("a", 1)], [said("b", 2)]]));
		expect(shown).toEqual({ value: ["a", "b"], at: at(2), messageId: "m-2", source: "web", rule: by.rule });
	});

	it("is told without a rule where nobody defined anything", () => {
		expect(showTrait(LAST_SAID, [said("a", 1)])).toEqual(said("a", 1));
	});
});
