import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { trait as schema } from "#contracts/definitions/trait.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { MAX_COUNTED } from "#domain/rules/measures/join-buckets.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { foldProfile } from "#domain/unify/fold-profile.ts";
import { compileTraits, NO_TRAITS, type TraitRules } from "#domain/unify/trait-rules.ts";
import { happenedAt } from "#test/support/event-times.ts";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY);
const empty = emptyFragment("seed" as SeedId);

let counter = 0;
const bought = (days: number, v: Json, more: Partial<SourcedEvent> = {}): SourcedEvent => ({
	...{ messageId: `m-${++counter}`, type: "track", event: "Bought", context: {}, source: "web" },
	properties: { v },
	...happenedAt(daysAgo(days).toISOString()),
	...more,
});

const rulesOf = (...traits: object[]): TraitRules =>
	compileTraits(
		traits.map((one) => ({
			...schema.parse({ id: "t", trait: "t", event: "Bought", ...one }),
			...{ version: 7, appliedAt: "2026-01-01T00:00:00.000Z" },
		})),
		sha256,
	);
/** Events are received when they are folded, whenever they happened. */
const fold = (rules: TraitRules, events: readonly SourcedEvent[], known = empty, now = NOW): Fragment =>
	foldEvents(
		known,
		events.map((event) => ({ ...event, receivedAt: now.toISOString() })),
		{ rules, book: measureBook(rules.measures.values(), rules.placeOf), hashOf: messageHash, now },
	);
const read = (rules: TraitRules, fragments: readonly Fragment[], now = NOW) =>
	foldProfile({ profileId: empty.seedId, nodes: [], fragments, view: { rules, now: () => now } }).traits;
const computes = (definition: object, events: readonly SourcedEvent[], now = NOW) => {
	const rules = rulesOf(definition);
	return read(rules, [fold(rules, events)], now).t;
};
const property = "properties.v";

describe("a computed trait", () => {
	const values = [bought(3, 10), bought(2, "b"), bought(1, 2.5), bought(4, "a"), bought(5, 10), bought(0.5, true)];

	it.each<{ compute: string; expected: Json }>([
		{ compute: "sum", expected: 22.5 },
		{ compute: "avg", expected: 7.5 },
		{ compute: "min", expected: 2.5 },
		{ compute: "max", expected: 10 },
		{ compute: "first", expected: 10 },
		{ compute: "last", expected: true },
		{ compute: "most_frequent", expected: 10 },
		{ compute: "unique_list", expected: [2.5, 10, "a", "b", true] },
		{ compute: "unique_count", expected: 5 },
	])("$compute of ten, b, two and a half, a, ten and true is $expected", ({ compute, expected }) => {
		expect(computes({ compute, property }, values)?.value).toEqual(expected);
	});

	it("counts the events that meet all of its conditions", () => {
		const where = [{ path: property, is: { op: "gte", value: 10 } }];
		expect(computes({ compute: "count", where }, values)?.value).toBe(2);
	});

	it("is not there while no event has anything to say", () => {
		expect(
			computes({ compute: "count" }, [bought(1, 1, { event: "Viewed" }), bought(1, 1, { type: "page" })]),
		).toBeUndefined();
		expect(computes({ compute: "sum", property }, [bought(1, "10"), bought(1, null), bought(1, [10])])).toBeUndefined();
	});

	it("takes of equally frequent values the first in order", () => {
		const all = ["tea", "coffee", "tea", "coffee", "milk"].map((value) => bought(1, value));
		expect(computes({ compute: "most_frequent", property }, all)?.value).toBe("coffee");
	});

	it("adds up money to the cent, however much of it there is", () => {
		const cents = Array.from({ length: 500 }, () => bought(1, 0.1));
		expect(computes({ compute: "sum", property }, cents)?.value).toBe(50);
		const large = [bought(1, 9e15), bought(1, 0.01), bought(1, -9e15), bought(1, 1e16)];
		expect(computes({ compute: "sum", property }, large)?.value).toBe(0.01);
	});

	it("stands before what anybody says under its name, and keeps nothing of that", () => {
		const rules = rulesOf({ compute: "count" });
		const fragment = fold(rules, [bought(1, 1), bought(1, 1, { type: "identify", traits: { t: 99 } })]);
		expect(fragment.traits).toEqual({});
		expect(read(rules, [fragment]).t?.value).toBe(1);
	});

	it("tells its definition's version, and the event where one alone made it", () => {
		const last = bought(1, "b");
		const rule = { definition: "t", version: 7 };
		expect(computes({ compute: "count" }, [last])).toEqual({ value: 1, rule: { ...rule, compute: "count" } });
		const from = { at: last.timestamp, messageId: last.messageId, source: "web" };
		expect(computes({ compute: "last", property }, [bought(2, "a"), last])).toEqual({
			...{ value: "b", ...from },
			rule: { ...rule, compute: "last" },
		});
		expect(computes({ compute: "days_since" }, [last])).toMatchObject({ value: 1, ...from });
	});
});

describe("a window", () => {
	const within = "30d";
	const all = [bought(29.4, 5), bought(10, 7), bought(0, 1)];

	it.each<{ compute: string; later: number; expected: Json | undefined }>([
		{ compute: "count", later: 0, expected: 3 },
		{ compute: "count", later: 2, expected: 2 },
		{ compute: "sum", later: 2, expected: 8 },
		{ compute: "min", later: 21, expected: 1 },
		{ compute: "max", later: 2, expected: 7 },
		{ compute: "first", later: 4, expected: 7 },
		{ compute: "last", later: 29, expected: 1 },
		{ compute: "last", later: 31, expected: undefined },
		{ compute: "count", later: 32, expected: undefined },
		{ compute: "days_since", later: 29, expected: 29 },
		{ compute: "days_since", later: 31, expected: undefined },
		{ compute: "unique_list", later: 4, expected: [1, 7] },
	])("slides while nothing happens: $compute $later days later is $expected", ({ compute, later, expected }) => {
		const asked = ["count", "days_since"].includes(compute) ? {} : { property };
		expect(computes({ compute, within, ...asked }, all, daysAgo(-later))?.value).toEqual(expected);
	});

	it("counts an event that came late on the day it happened, and not at all when that has left it", () => {
		const rules = rulesOf({ compute: "count", within });
		const later = daysAgo(-20);
		const fragment = fold(rules, [bought(15, 1), bought(5, 1)], fold(rules, [bought(0, 1)], empty, later), later);
		expect(read(rules, [fragment], later).t?.value).toBe(2);
	});

	it("does not grow without end: what has left it is dropped when something new comes", () => {
		const rules = rulesOf({ compute: "count", within }, { id: "u", trait: "u", compute: "first", property, within });
		let fragment = empty;
		for (let day = 300; day >= 0; day--) fragment = fold(rules, [bought(day, 1)], fragment, daysAgo(day));
		const sizes = Object.values(fragment.measures ?? {}).map((buckets) => Object.keys(buckets).length);
		expect(sizes.toSorted((x, y) => x - y)).toEqual([12, 32]);
		expect(read(rules, [fragment]).t?.value).toBe(31);
	});

	it("of another length shares what is kept with the stretches it has in common", () => {
		const rules = rulesOf({ compute: "count", within }, { id: "u", trait: "u", compute: "count", within: "60d" });
		const fragment = fold(rules, [bought(1, 1), bought(45, 1)]);
		expect(Object.keys(fragment.measures ?? {})).toHaveLength(1);
		expect(read(rules, [fragment])).toMatchObject({ t: { value: 1 }, u: { value: 2 } });
	});
});

describe("more different values than are counted", { timeout: 60_000 }, () => {
	const many = Array.from({ length: 1000 }, (_, i) => bought(1, `value ${i}`));
	const definition = (compute: string) => ({ id: compute.replace("_", "-"), trait: compute, compute, property });
	const rules = rulesOf(definition("unique_list"), definition("unique_count"), definition("most_frequent"));

	it("are the same hundred in whatever order and fragments they came", () => {
		const together = fold(rules, many);
		const apart = [many.slice(0, 300), many.slice(200).reverse()].map((events) => fold(rules, events));
		expect(read(rules, [together]).unique_list?.value).toHaveLength(MAX_COUNTED);
		expect(read(rules, apart).unique_list).toEqual(read(rules, [together]).unique_list);
		expect(read(rules, apart).unique_count).toEqual(read(rules, [together]).unique_count);
	});

	it("are estimated, which is said, and exact up to a hundred", () => {
		const known = (count: number) => read(rules, [fold(rules, many.slice(0, count))]).unique_count;
		expect(known(MAX_COUNTED)).toMatchObject({ value: 100 });
		expect(known(MAX_COUNTED)).not.toHaveProperty("estimated");
		expect(known(1000)).toMatchObject({ estimated: true });
		expect(known(1000)?.value).toBeGreaterThan(750);
		expect(known(1000)?.value).toBeLessThan(1250);
	});

	it("of a machine that never stops do not make the item too large, and all else goes on", () => {
		const windows = Array.from({ length: 9 }, (_, i) => ({
			...definition("unique_list"),
			...{ id: `w${i}`, trait: `w${i}`, within: `${i + 2}h` },
		}));
		const greedy = rulesOf(...windows);
		let fragment = empty;
		for (let i = 0; i < 100; i++) {
			const events = Array.from({ length: 40 }, (_, j) => bought(i / 1000, `${i} ${j} ${"x".repeat(100)}`));
			fragment = fold(greedy, events, fragment);
		}
		expect(JSON.stringify(fragment).length).toBeLessThan(80_000);
		expect(fragment.eventCount).toBe(4000);
	});
});

describe("a fragment", () => {
	it("of a workspace that computes nothing has nothing of it", () => {
		expect(fold(NO_TRAITS, [bought(1, 1)])).not.toHaveProperty("measures");
	});

	it("keeps nothing of an event that comes when it has left every window", () => {
		const rules = rulesOf({ compute: "count", within: "30d" });
		expect(fold(rules, [bought(50, 1)]).measures).toEqual({});
	});

	it("is the very same when nothing is new, also with measures", () => {
		const rules = rulesOf({ compute: "count" });
		const event = bought(1, 1);
		const fragment = fold(rules, [event]);
		expect(fold(rules, [event], fragment)).toBe(fragment);
	});

	it("keeps what an older or newer copy of the definitions measured", () => {
		const [older, newer] = [rulesOf({ compute: "count" }), rulesOf({ compute: "sum", property })];
		const fragment = fold(newer, [bought(1, 5)], fold(older, [bought(1, 3)]));
		expect(read(older, [fragment]).t?.value).toBe(1);
		expect(read(newer, [fragment]).t?.value).toBe(5);
	});
});
