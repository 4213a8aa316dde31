import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Counting } from "#domain/model/definitions.ts";
import { countsAfter } from "#domain/rules/measures/counts-after.ts";
import { filledKey, measureKeeper, plainKey, shareMeasures } from "#domain/rules/measures/keep-measure.ts";
import type { Look } from "#domain/rules/measures/measure.ts";
import { meaningOf } from "#domain/rules/measures/measure-of.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";

const DAY = 86_400_000;
const gold = { path: "properties.plan", is: { op: "in", value: ["gold", "silver"] } } as const;
const large = { path: "properties.total", is: { op: "gte", value: 50 } } as const;
const count = (where: readonly object[], bucketMs = DAY) =>
	({ kind: "count", event: "Ordered", where, bucketMs }) as MeasureSpec;
const meaning = (spec: object) => meaningOf(spec as MeasureSpec, sha256);

const orders = count([]);
const within = (days: number): Look => ({ spec: orders, keptMs: days * DAY });
const ever: Look = { spec: orders, keptMs: Number.POSITIVE_INFINITY };
const [EARLY, LATE] = ["2026-03-01T10:00:00.000Z", "2026-03-02T10:00:00.000Z"];
const kept = (since: string, isFilled: boolean, days?: number): Counting => ({
	since,
	isFilled,
	...(days !== undefined && { keptMs: days * DAY }),
});
const counting = (...all: Counting[]) => new Map([[meaning(orders), all]]);

describe("what a measure means", () => {
	it.each<{ what: string; x: object; y: object }>([
		{ what: "the order of conditions", x: count([gold, large]), y: count([large, gold]) },
		{ what: "a condition said twice", x: count([gold, gold]), y: count([gold]) },
		{
			what: "the order of what is chosen from",
			x: count([gold]),
			y: count([{ ...gold, is: { op: "in", value: ["silver", "gold"] } }]),
		},
		{
			what: "the order of conditions on a step",
			x: { kind: "steps", steps: [{ event: "A", where: [gold, large] }], bucketMs: 0 },
			y: { kind: "steps", steps: [{ event: "A", where: [large, gold] }], bucketMs: 0 },
		},
	])("does not hang on $what", ({ x, y }) => {
		expect(meaning(x)).toBe(meaning(y));
		expect(meaning(x)).toHaveLength(11);
	});

	it.each<{ what: string; x: object; y: object }>([
		{ what: "stretches", x: count([]), y: count([], 2 * DAY) },
		{ what: "a condition", x: count([gold]), y: count([large]) },
		{ what: "days", x: count([]), y: { ...count([]), since: "2026-01-01" } },
		{ what: "a kind", x: count([]), y: { ...count([]), kind: "seen" } },
		{
			what: "the order of steps",
			x: {
				kind: "steps",
				steps: [
					{ event: "A", where: [] },
					{ event: "B", where: [] },
				],
				bucketMs: 0,
			},
			y: {
				kind: "steps",
				steps: [
					{ event: "B", where: [] },
					{ event: "A", where: [] },
				],
				bucketMs: 0,
			},
		},
		{
			what: "what is asked of the last",
			x: { ...count([]), kind: "met", has: [gold] },
			y: { ...count([]), kind: "met", has: [large] },
		},
	])("is another one with other $what", ({ x, y }) => {
		expect(meaning(x)).not.toBe(meaning(y));
	});
});

describe("a measure that is kept", () => {
	it("is complete where nobody registers anything, and not there while it is being registered", () => {
		expect(measureKeeper(sha256)(ever)).toMatchObject({ key: meaning(orders), since: "", isFilled: true });
		expect(measureKeeper(sha256, new Map())(ever)).toMatchObject({ since: "~", isFilled: false });
	});

	it("has a place of its own each time it is begun, and a third one for what was filled in", () => {
		const keyOf = (since: string) => measureKeeper(sha256, counting(kept(since, true)))(ever).key;
		expect(new Set([keyOf(""), keyOf(EARLY), keyOf(LATE), filledKey(keyOf(""))]).size).toBe(4);
		expect([plainKey("abc"), plainKey(filledKey("abc"))]).toEqual(["abc", "abc"]);
	});

	it.each<{ when: string; all: Counting[]; look: Look; since: string }>([
		{
			when: "one goes back far enough",
			all: [kept(EARLY, true, 30), kept(LATE, false, 90)],
			look: within(30),
			since: EARLY,
		},
		{
			when: "only the later one does",
			all: [kept(EARLY, true, 30), kept(LATE, false, 90)],
			look: within(60),
			since: LATE,
		},
		{
			when: "both are filled: the wider one",
			all: [kept(EARLY, true, 30), kept(LATE, true, 90)],
			look: within(30),
			since: LATE,
		},
		{ when: "one is kept for ever", all: [kept(EARLY, true, 400), kept(LATE, true)], look: ever, since: LATE },
		{ when: "none does", all: [kept(EARLY, true, 30)], look: within(31), since: "~" },
	])("is the one that is ready and kept long enough: $when", ({ all, look, since }) => {
		expect(measureKeeper(sha256, counting(...all))(look).since).toBe(since);
	});

	it("is kept as long as it is registered to be, and shared with the longest", () => {
		const keep = measureKeeper(sha256, counting(kept(EARLY, true, 90)));
		expect([keep(within(30)).keptMs, keep(within(90)).keptMs]).toEqual([90 * DAY, 90 * DAY]);
		const free = measureKeeper(sha256);
		expect([...shareMeasures([free(within(30)), free(within(60)), free(within(7))]).values()]).toMatchObject([
			{ keptMs: 60 * DAY },
		]);
	});
});

describe("countsAfter", () => {
	const fresh = kept(LATE, false);
	const after = (known: Counting[], looks: Look[]) =>
		countsAfter(counting(...known), looks, { hash: sha256, fresh }).get(meaning(orders));

	it.each<{ when: string; known: Counting[]; looks: Look[]; expected: Counting[] | undefined }>([
		{
			when: "begins what is new, as far back as anybody looks",
			known: [],
			looks: [within(7), within(30)],
			expected: [kept(LATE, false, 30)],
		},
		{
			when: "begins for ever where somebody never stops",
			known: [],
			looks: [within(7), ever],
			expected: [kept(LATE, false)],
		},
		{
			when: "goes on with what is kept",
			known: [kept(EARLY, true, 30)],
			looks: [within(30)],
			expected: [kept(EARLY, true, 30)],
		},
		{
			when: "begins another beside it for whoever looks further back",
			known: [kept(EARLY, true, 30)],
			looks: [within(30), within(90)],
			expected: [kept(EARLY, true, 30), kept(LATE, false, 90)],
		},
		{
			when: "forgets the shorter one when the longer one is filled",
			known: [kept(EARLY, true, 30), kept("2026-03-02", true, 90)],
			looks: [within(30), within(90)],
			expected: [kept("2026-03-02", true, 90)],
		},
		{
			when: "keeps it no longer than anybody looks",
			known: [kept(EARLY, true, 90)],
			looks: [within(30)],
			expected: [kept(EARLY, true, 30)],
		},
		{ when: "forgets what nobody looks at", known: [kept(EARLY, true)], looks: [], expected: undefined },
	])("$when", ({ known, looks, expected }) => {
		expect(after(known, looks)).toEqual(expected);
	});
});
