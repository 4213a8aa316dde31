import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { LIST_SOURCE, LISTED_EVENT } from "#domain/rules/measures/measure-spec.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { factsOf, happenings, personOf } from "#test/support/folded-facts.ts";
import { AT } from "#test/support/tracked.ts";

const at = (time: string) => Date.parse(time.includes("T") ? `${time}Z` : `2026-03-10T${time}Z`);
const did = (event: string, properties: SourcedEvent["properties"] = {}) => ({ event, properties });
const said = (traits: SourcedEvent["traits"] = {}): Partial<SourcedEvent> => ({ type: "identify", traits });

type Case = {
	readonly when: Condition;
	readonly had: readonly (readonly [at: string, what: Partial<SourcedEvent>])[];
	readonly now: string;
	readonly is: boolean;
	/** When time alone changes it; never, where it is absent. */
	readonly next?: string;
};

const A: Condition = { event: "A", where: [] };
const cart = { key: "properties.cart", within: "2h" } as const;
const left: Condition = { sequence: [{ event: "Cart", where: [] }, { not: { event: "Order", where: [] } }], ...cart };

describe("a condition on the clock", () => {
	it.each<Case>([
		// ever
		{ when: A, had: [["2020-01-01T00:00", did("A")]], now: "12:00", is: true },
		{ when: { ...A, atLeast: 2 }, had: [["09:00", did("A")]], now: "12:00", is: false },
		{ when: { ...A, count: { op: "eq", value: 0 } } as Condition, had: [["09:00", did("B")]], now: "12:00", is: true },
		// a window of 2 h goes by stretches of 10 min: what happened at 09:05 leaves at 11:10
		{ when: { ...A, within: "2h" }, had: [["09:05", did("A")]], now: "11:09:59.999", is: true, next: "11:10" },
		{ when: { ...A, within: "2h" }, had: [["09:05", did("A")]], now: "11:10", is: false },
		// of three the second has to leave, for two not to be there
		{
			when: { ...A, atLeast: 2, within: "2h" },
			had: [
				["09:05", did("A")],
				["10:00", did("A")],
				["10:31", did("A")],
			],
			now: "10:40",
			is: true,
			next: "12:10",
		},
		// between 2 h and 1 h ago: comes at 10:10, goes at 11:10 (the stretches of 5 min end at 09:10)
		{
			when: { ...A, between: { from: "2h", to: "1h" } },
			had: [["09:05", did("A")]],
			now: "10:00",
			is: false,
			next: "10:10",
		},
		{
			when: { ...A, between: { from: "2h", to: "1h" } },
			had: [["09:05", did("A")]],
			now: "10:10",
			is: true,
			next: "11:10",
		},
		// a day is exact
		{ when: { ...A, since: "2026-03-10" }, had: [["2026-03-09T23:59:59.999", did("A")]], now: "12:00", is: false },
		{ when: { ...A, until: "2026-03-10" }, had: [["2026-03-09T23:59:59.999", did("A")]], now: "12:00", is: true },
		// 0.1 + 0.2 is 0.3, and of no number nothing is true
		{
			when: { ...A, sum: { of: "properties.v", is: { op: "eq", value: 0.3 } }, within: "2h" },
			had: [
				["09:05", did("A", { v: 0.1 })],
				["10:05", did("A", { v: 0.2 })],
			],
			now: "10:30",
			is: true,
			next: "11:10",
		},
		{
			when: { ...A, max: { of: "properties.v", is: { op: "lt", value: 9 } } },
			had: [["09:05", did("A", { v: "1" })]],
			now: "12:00",
			is: false,
		},
		// stopped: in the last 3 h, not in the last hour; stretches of 5 min
		{
			when: { ...A, stopped: { active: "3h", silent: "1h" } },
			had: [["09:05", did("A")]],
			now: "10:00",
			is: false,
			next: "10:10",
		},
		{
			when: { ...A, stopped: { active: "3h", silent: "1h" } },
			had: [["09:05", did("A")]],
			now: "10:10",
			is: true,
			next: "12:10",
		},
		// in two of the last three hours; stretches of 5 min: the first is in the third hour until 12:10
		{
			when: { ...A, regularly: { period: "1h", periods: 2, of: 3, atLeast: 1 } },
			had: [
				["09:05", did("A")],
				["10:58", did("A")],
			],
			now: "11:00",
			is: true,
			next: "12:10",
		},
		// to the millisecond
		{
			when: {
				lastEvent: "A",
				where: [],
				has: [{ path: "properties.v", is: { op: "eq", value: 1 } }],
				within: "2h",
			},
			had: [["09:05", did("A", { v: 1 })]],
			now: "11:05",
			is: true,
			next: "11:05:00.001",
		},
		{
			when: { lastEvent: "A", where: [], has: [{ path: "properties.v", is: { op: "eq", value: 1 } }] },
			had: [
				["09:05", did("A", { v: 1 })],
				["09:06", did("A", { v: 2 })],
			],
			now: "12:00",
			is: false,
		},
		// gold since 10:00, said again at 11:00
		{
			when: { trait: "plan", is: { op: "eq", value: "gold" }, for: { atLeast: "2h" } },
			had: [
				["09:00", said({ plan: "free" })],
				["10:00", said({ plan: "gold" })],
				["11:00", said({ plan: "gold" })],
			],
			now: "11:30",
			is: false,
			next: "12:00",
		},
		{
			when: { trait: "plan", is: { op: "eq", value: "gold" }, for: { lessThan: "2h" } },
			had: [["10:00", said({ plan: "gold" })]],
			now: "11:59:59.999",
			is: true,
			next: "12:00",
		},
		// at the same millisecond what is not as asked comes last
		{
			when: { trait: "plan", is: { op: "exists" }, for: { atLeast: "1h" } },
			had: [
				["09:00", said({ plan: "gold" })],
				["10:00", said({ plan: null })],
				["10:00", said({ plan: "gold" })],
			],
			now: "12:00",
			is: false,
		},
		// two carts: one is ordered, the other waited for until 13:00
		{
			when: left,
			had: [
				["10:00", did("Cart", { cart: 1 })],
				["10:30", did("Order", { cart: 1 })],
				["11:00", did("Cart", { cart: "1" })],
			],
			now: "12:30",
			is: false,
			next: "13:00",
		},
		{
			when: { ...left, lookback: "5h" } as Condition,
			had: [["11:00", did("Cart", { cart: "1" })]],
			now: "13:00",
			is: true,
			next: "16:00:00.001",
		},
		// each step later than the one before it
		{
			when: {
				sequence: [
					{ event: "A", where: [] },
					{ event: "A", where: [] },
				],
				within: "1h",
			},
			had: [
				["10:00", did("A")],
				["10:00", did("A")],
			],
			now: "12:00",
			is: false,
		},
		// and not too long after it
		{
			when: {
				sequence: [
					{ event: "A", where: [] },
					{ event: "B", where: [] },
				],
				within: "1h",
			},
			had: [
				["10:00", did("A")],
				["11:00", did("B")],
			],
			now: "12:00",
			is: true,
		},
		{
			when: {
				sequence: [
					{ event: "A", where: [] },
					{ event: "B", where: [] },
				],
				within: "1h",
			},
			had: [
				["10:00", did("A")],
				["11:00:00.001", did("B")],
			],
			now: "12:00",
			is: false,
		},
		// dates that move on with the clock
		{
			when: { trait: "trial", is: { op: "within_next", value: "2h" } },
			had: [["09:00", said({ trial: "2026-03-10T14:00:00Z" })]],
			now: "11:00",
			is: false,
			next: "12:00",
		},
		{
			when: { trait: "trial", is: { op: "within_next", value: "2h" } },
			had: [["09:00", said({ trial: "2026-03-10T14:00:00Z" })]],
			now: "12:00",
			is: true,
			next: "14:00:00.001",
		},
		{
			when: { trait: "trial", is: { op: "before_last", value: "2h" } },
			had: [["09:00", said({ trial: "soon" })]],
			now: "12:00",
			is: false,
		},
		// consent and lists know no time
		{
			when: { consent: "ads", is: "granted" },
			had: [["09:00", { context: { consent: { categoryPreferences: { ads: true } } } }]],
			now: "12:00",
			is: true,
		},
		{ when: { consent: "ads", is: "unknown" }, had: [["09:00", did("A")]], now: "12:00", is: true },
		{
			when: { list: "vip" },
			had: [["09:00", { ...did(LISTED_EVENT, { list: "vip", upload: 2 }), source: LIST_SOURCE }]],
			now: "12:00",
			is: true,
		},
		{ when: { list: "vip" }, had: [["09:00", did(LISTED_EVENT, { list: "vip", upload: 2 })]], now: "12:00", is: false },
		// the first 32 bits of SHA-256 of "s.p1" are 84.6156 of a hundred
		{ when: { bucket: { salt: "s", from: 84.6, to: 84.7 } }, had: [["09:00", did("A")]], now: "12:00", is: true },
		{ when: { bucket: { salt: "s", from: 0, to: 84.6 } }, had: [["09:00", did("A")]], now: "12:00", is: false },
		// a group: what is false until the last of its false parts may change, true until the first
		{
			when: {
				all: [
					{ ...A, between: { from: "3h", to: "2h" } },
					{ ...A, between: { from: "5h", to: "1h" } },
				],
			},
			had: [["09:05", did("A")]],
			now: "09:30",
			is: false,
			next: "11:10",
		},
		{
			when: { all: [{ trait: "plan", is: { op: "exists" } }, { none: [{ ...A, within: "2h" }] }] },
			had: [["09:05", did("A")]],
			now: "10:00",
			is: false,
		},
		{
			when: {
				any: [
					{ ...A, within: "2h" },
					{ event: "B", where: [], within: "1h" },
				],
			},
			had: [
				["09:05", did("A")],
				["10:31", did("B")],
			],
			now: "10:40",
			is: true,
			next: "11:35",
		},
	])("$when after $had at $now: $is until $next", ({ when, had, now, is, next }) => {
		const compiled = compileSegments([{ id: "s", when, version: 1, appliedAt: AT }], sha256, {
			lists: new Map([["vip", 2]]),
		});
		const facts = factsOf(personOf(happenings(...had)), compiled, at(now));
		expect(compiled.look("s", facts, at(now))).toEqual({
			isMember: is,
			...(next !== undefined && { nextChangeAt: at(next) }),
		});
		expect(compiled.evaluate("s", facts, at(now))).toBe(is);
	});
});
