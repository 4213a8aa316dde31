import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { comparison } from "#contracts/definitions/comparison.ts";
import type { Comparison, Condition } from "#contracts/definitions/condition.ts";
import type { ComputedTrait } from "#contracts/definitions/trait.ts";
import type { Counting } from "#domain/model/definitions.ts";
import { compare } from "#domain/rules/compare.ts";
import { meaningOf } from "#domain/rules/measures/measure-of.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { compileComparison } from "#domain/segment/compile-comparison.ts";
import { compileSegments, segmentCompiler } from "#domain/segment/compile-segments.ts";
import type { CompiledSegments, Facts } from "#domain/segment/compiled.ts";
import { factsOf, happenings, personOf } from "#test/support/folded-facts.ts";
import { RANDOM_NOW, randomEvents } from "#test/support/random-conditions.ts";
import { AT } from "#test/support/tracked.ts";
import { valueByDefinition } from "#test/support/trait-reference.ts";

const NOW = Date.parse("2026-03-10T12:00:00Z");
/** When what happened was folded last: what no window could see any more then is not kept. */
const FOLDED = Date.parse("2026-03-09T12:00:30Z");
const DAY = 86_400_000;
const segment = (id: string, when: Condition, version = 1) => ({ id, when, version, appliedAt: AT });
const gold: Condition = { trait: "plan", is: { op: "eq", value: "gold" } };
const bought = (within: string, atLeast = 1): Condition => ({ event: "Order Completed", where: [], atLeast, within });
const spec: MeasureSpec = { kind: "count", event: "Order Completed", where: [], bucketMs: DAY };
const counts = (...all: readonly Counting[]) => ({ counts: new Map([[meaningOf(spec, sha256), all]]) });
const nobody: Facts = factsOf(personOf([]), { measures: new Map() }, NOW);

/** Somebody who is gold and ordered at these moments. */
const buyer = (compiled: CompiledSegments, ...at: readonly string[]) =>
	factsOf(
		personOf(
			happenings(
				["2026-01-01T00:00", { type: "identify", traits: { plan: "gold" } }],
				...at.map((moment) => [moment, { event: "Order Completed" }] as const),
			),
		),
		compiled,
		FOLDED,
	);

describe("compileSegments", () => {
	it("keeps one measure for all that needs the same of events, however many there are", () => {
		const fifty = Array.from({ length: 50 }, (_, i) =>
			segment(`s${i}`, { all: [bought(`${10 + i}d`, 1 + i), { none: [{ segment: `s${(i + 1) % 3}` }] }] }),
		);
		const [few, all] = [compileSegments(fifty.slice(0, 49), sha256), compileSegments(fifty, sha256)];
		const bytesOf = (compiled: CompiledSegments) =>
			JSON.stringify(buyer(compiled, "2026-03-01T10:00", "2026-03-09T10:00").measures).length;

		expect([...all.measures.keys()]).toEqual([...few.measures.keys()]);
		expect(all.measures.size).toBe(1);
		expect(bytesOf(all)).toBe(bytesOf(few));
		expect(bytesOf(all)).toBeLessThan(60);
	});

	it("keeps a measure as long as whoever looks back furthest needs it", () => {
		const { measures } = compileSegments([segment("a", bought("90d")), segment("b", bought("30d"))], sha256);
		expect([...measures.values()].map(({ keptMs }) => keptMs)).toEqual([90 * DAY]);
	});

	it("is not ready for a segment that looks at something whose past is not complete", () => {
		const segments = [segment("gold", gold), segment("both", { all: [gold, { none: [bought("30d")] }] })];
		const isReady = (around: Parameters<typeof compileSegments>[2]) =>
			compileSegments(segments, sha256, around).segments.map((each) => each.isReady);
		expect(isReady(counts({ since: AT, isFilled: false }))).toEqual([true, false]);
		expect(isReady(counts({ since: AT, isFilled: true }))).toEqual([true, true]);
		expect(isReady({ counts: new Map() })).toEqual([true, false]);
		expect(isReady({})).toEqual([true, true]);
	});

	it("compiles once for each workspace", () => {
		const compile = segmentCompiler(sha256);
		const workspace = { segments: [segment("gold", gold)] };
		expect(compile(workspace)).toBe(compile(workspace));
		expect(compile({ ...workspace })).not.toBe(compile(workspace));
	});

	it("makes a hundred segments ready in the time of a few requests", () => {
		const hundred = Array.from({ length: 100 }, (_, i) =>
			segment(`s${i}`, { all: [gold, bought(`${1 + i}d`), bought("2h", i + 1)] }),
		);
		compileSegments(hundred, sha256);
		const before = process.cpuUsage();
		for (let i = 0; i < 5; i++) compileSegments(hundred, sha256);
		expect(process.cpuUsage(before).user / 5000).toBeLessThan(20);
	});

	it("lets nobody into a segment that is not there, or that other people decide", () => {
		const compiled = compileSegments(
			[segment("team", { none: [{ account: { users: "all", meet: gold } }] }), segment("gold", gold)],
			sha256,
		);
		expect(compiled.evaluate("gone", nobody, NOW)).toBe(false);
		expect(compiled.look("gone", nobody, NOW)).toEqual({ isMember: false });
		expect(compiled.evaluate("team", nobody, NOW)).toBe(false);
		expect(compiled.look("team", nobody, NOW)).toEqual({ isMember: false });
		expect(compiled.explain("gone", nobody, NOW)).toBeUndefined();
		expect(compiled.explain("team", nobody, NOW)).not.toHaveProperty("isMet");
		expect(compiled.explain("gold", nobody, NOW)).toMatchObject({ isMet: false });
	});

	it.each<{ when: Condition; kind: string; why: RegExp }>([
		{ when: gold, kind: "stream", why: /only what happens/ },
		{ when: { event: "A", where: [] }, kind: "stream", why: /only what happens/ },
		{ when: { all: [gold, bought("30d")] }, kind: "tick", why: /time alone .*Order Completed/ },
		{ when: { trait: "trial", is: { op: "within_next", value: "3d" } }, kind: "tick", why: /trial/ },
		{ when: { trait: "orders", is: { op: "gte", value: 2 } }, kind: "tick", why: /orders/ },
		{ when: { any: [gold, { account: { users: "any", meet: gold } }] }, kind: "batch", why: /other people/ },
	])("says of $when that it is $kind, and why", ({ when, kind, why }) => {
		const [compiled] = compileSegments([segment("s", when)], sha256, { traits: [applied(ORDERS)] }).segments;
		expect(compiled?.class.kind).toBe(kind);
		expect(compiled?.class.why).toMatch(why);
	});
});

describe("a reason", () => {
	const when: Condition = { all: [gold, bought("30d", 2), { none: [bought("5d")] }] };
	const compiled = compileSegments([segment("s", when)], sha256);
	const [month = "", five = ""] = compiled.segments[0]?.measures ?? [];
	const nothing = { measures: [], traits: [] };

	it.each([
		{
			of: "what an event was measured for",
			orders: ["2026-03-01T10:00", "2026-03-02T10:00"],
			touched: { measures: [month], traits: [] },
			path: ["when", "all", 1],
		},
		{
			of: "what an event said",
			orders: ["2026-03-01T10:00", "2026-03-02T10:00"],
			touched: { measures: [], traits: ["plan"] },
			path: ["when", "all", 0],
		},
		{
			of: "what keeps somebody out",
			orders: ["2026-03-01T10:00", "2026-03-09T10:00"],
			touched: { measures: [five], traits: ["plan"] },
			path: ["when", "all", 2, "none", 0],
		},
		{
			of: "what time took away a moment ago",
			orders: ["2026-03-01T10:00", "2026-03-04T11:00"],
			touched: nothing,
			path: ["when", "all", 2, "none", 0],
		},
	])("is $of", ({ orders, touched, path }) => {
		// 5 days are counted by stretches of 12 h: what happened on the 4th before noon is out at noon of the 9th
		const moment = touched === nothing ? FOLDED : NOW;
		expect(compiled.reasonFor("s", buyer(compiled, ...orders), moment, touched)).toEqual(path);
	});

	it("says what was looked at, and until when it stays so", () => {
		expect(compiled.explain("s", buyer(compiled, "2026-03-01T10:00", "2026-03-09T10:00"), NOW)).toMatchObject({
			isMet: false,
			nextChangeAt: "2026-03-14T12:00:00.000Z",
			parts: [
				{ isMet: true, values: { value: "gold" } },
				{ isMet: true, values: { count: 2 }, nextChangeAt: "2026-04-01T00:00:00.000Z" },
				{ isMet: false, parts: [{ isMet: true, values: { count: 1 }, path: ["when", "all", 2, "none", 0] }] },
			],
		});
	});
});

describe("what is said of a sequence", () => {
	const abandoned: Condition = {
		sequence: [{ event: "Product Added", where: [] }, { not: { event: "Order Completed", where: [] } }],
		...{ key: "properties.cart", within: "2h", lookback: "7d" },
	};
	const compiled = compileSegments([segment("s", abandoned)], sha256);
	const happened = (event: string, cart: string, moment: string) => [moment, { event, properties: { cart } }] as const;

	it("ends with the chains that it rests on: those that were not answered, the latest last", () => {
		const person = personOf(
			happenings(
				happened("Product Added", "c1", "2026-03-05T10:00"),
				happened("Product Added", "c2", "2026-03-06T10:00"),
				happened("Product Added", "c3", "2026-03-07T10:00"),
				happened("Order Completed", "c3", "2026-03-07T11:00"),
				happened("Product Added", "c1", "2026-03-08T10:00"),
			),
		);
		expect(compiled.explain("s", factsOf(person, compiled, FOLDED), NOW)).toMatchObject({
			isMet: true,
			values: {
				chains: [
					{ key: "c3", end: "2026-03-07T10:00:00.000Z", isAnswered: true },
					{ key: "c2", end: "2026-03-06T10:00:00.000Z" },
					{ key: "c1", end: "2026-03-08T10:00:00.000Z" },
				],
			},
		});
	});
});

const ORDERS: ComputedTrait = { id: "orders", trait: "orders", compute: "count", event: "A", where: [], within: "7d" };
const applied = (trait: ComputedTrait) => ({ ...trait, version: 1, appliedAt: AT });

describe("a condition on a computed trait", { timeout: 60_000 }, () => {
	const computed: fc.Arbitrary<ComputedTrait> = fc
		.record({
			compute: fc.constantFrom(
				"count",
				"sum",
				"avg",
				"max",
				"first",
				"last",
				"most_frequent",
				"unique_count",
				"days_since",
			),
			within: fc.constantFrom(undefined, "2h", "1d", "7d", "30d"),
		})
		.map(({ compute, within }) => ({
			id: "t",
			trait: "t",
			compute,
			event: "A",
			where: [],
			...(compute !== "count" && compute !== "days_since" && { property: "properties.total" }),
			...(within !== undefined && { within }),
		}));
	const is: fc.Arbitrary<Comparison> = fc.oneof(
		fc.record({
			op: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"),
			value: fc.constantFrom(0, 1, 2, 5, 12.5),
		}) as fc.Arbitrary<Comparison>,
		fc.record({ op: fc.constantFrom("exists", "not_exists") }),
	);

	it("is what the events say at the moment, until the moment it names", () => {
		let turns = 0;
		fc.assert(
			fc.property(
				computed,
				is,
				randomEvents,
				fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
				(trait, how, events, shares) => {
					const compiled = compileSegments([segment("s", { trait: "t", is: how })], sha256, {
						traits: [applied(trait)],
					});
					const facts = factsOf(personOf(events), compiled, RANDOM_NOW);
					const had = events.map((event) => ({ event, fragment: "f" }));
					const meets = (now: number) => compare(valueByDefinition(trait, had, new Date(now)), how);
					for (let now = RANDOM_NOW, looks = 0; looks < 5; looks++) {
						const { isMember, nextChangeAt } = compiled.look("s", facts, now);
						const until = nextChangeAt ?? now + 100 * DAY;
						expect(until).toBeGreaterThan(now);
						for (const share of [...shares, 0, 1])
							expect(meets(Math.floor(now + share * (until - 1 - now)))).toBe(isMember);
						if (nextChangeAt === undefined) break;
						if (meets(nextChangeAt) !== isMember) turns++;
						now = nextChangeAt;
					}
				},
			),
		);
		expect(turns).toBeGreaterThan(10);
	});
});

describe("compileComparison", () => {
	const value = fc.oneof(
		fc.constantFrom(
			"gold",
			"",
			"2026-03-10",
			"2026-03-08T00:00:00Z",
			"😀",
			"\uFB01",
			0,
			-0,
			5,
			1e21,
			true,
			false,
			null,
		),
		fc.constant(undefined),
		fc.constantFrom(["gold"], [], { gold: 1 }),
	);
	const asked = fc.oneof(
		fc.record({ op: fc.constantFrom("eq", "ne"), value: fc.constantFrom("gold", 0, 5, true, "") }),
		fc.record({
			op: fc.constantFrom("in", "not_in"),
			value: fc.array(fc.constantFrom("gold", 0, true, ""), { minLength: 1 }),
		}),
		fc.record({ op: fc.constantFrom("gt", "gte", "lt", "lte"), value: fc.constantFrom("gold", 0, 5, "😀", "\uFB01") }),
		fc.record({
			op: fc.constantFrom("contains", "not_contains", "starts_with", "ends_with"),
			value: fc.constantFrom("go", "gold"),
		}),
		fc.record({ op: fc.constant("contains_any"), value: fc.constant(["x", "gold"]) }),
		fc.record({ op: fc.constantFrom("exists", "not_exists") }),
		fc.record({ op: fc.constantFrom("before", "after"), value: fc.constantFrom("2026-03-10", "2026-03-09T00:00:00Z") }),
		fc.record({
			op: fc.constantFrom("within_last", "within_next", "before_last", "after_next"),
			value: fc.constantFrom("12h", "2d", "60h"),
		}),
	);

	it("says what compare says", () => {
		fc.assert(
			fc.property(asked, value, (wanted, actual) => {
				const how = comparison.parse(wanted);
				expect(compileComparison(how)(actual, NOW)).toBe(compare(actual, how, NOW));
			}),
			{ numRuns: 1000 },
		);
	});
});
