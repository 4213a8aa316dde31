import fc from "fast-check";
import type { Comparison, Condition, EventLeaf, FixedComparison } from "#contracts/definitions/condition.ts";
import type { EventType, SourcedEvent } from "#domain/model/event.ts";
import type { JsonObject } from "#domain/model/json.ts";
import { LIST_SOURCE, LISTED_EVENT } from "#domain/rules/measures/measure-spec.ts";
import { happenedAt } from "./event-times.ts";

/** A small world, so that random conditions and random events have something to do with each other. */

/** The moment that random events happened before, ms. */
export const RANDOM_NOW = Date.parse("2026-03-10T12:34:56.789Z");

/** Segments that random conditions name; none of them names another. */
export const RANDOM_SEGMENTS: { readonly [id: string]: Condition } = {
	gold: { trait: "plan", is: { op: "eq", value: "gold" } },
	busy: { event: "A", where: [], atLeast: 2, within: "1d" },
};

/** Uploads in force of the lists that they name. */
export const RANDOM_LISTS: { readonly [id: string]: number } = { vip: 2, staff: 1 };

const DURATIONS = ["1m", "7m", "25m", "90m", "2h", "5h", "1d", "3d", "7d", "30d", "45d"] as const;
const duration = fc.constantFrom(...DURATIONS);
const name = fc.constantFrom("A", "B", "C");
const total = fc.constantFrom(-1, 0, 0.1, 0.2, 1.25, 5, 19.99, 100);
const day = fc.constantFrom("2026-02-01", "2026-03-01", "2026-03-09", "2026-03-10");

const longer = fc
	.uniqueArray(fc.nat(DURATIONS.length - 1), { minLength: 2, maxLength: 2 })
	.map((two) => two.sort((x, y) => x - y).map((i) => DURATIONS[i] ?? "1m") as [string, string]);

const fixed: fc.Arbitrary<FixedComparison> = fc.oneof(
	fc.record({
		op: fc.constantFrom("eq" as const, "ne" as const),
		value: fc.constantFrom("gold", "free", 5, true, "x"),
	}),
	fc.record({ op: fc.constantFrom("gt", "gte", "lt", "lte"), value: fc.constantFrom(0, 1, 5, "gold") }),
	fc.record({
		op: fc.constantFrom("contains", "not_contains", "starts_with", "ends_with"),
		value: fc.constantFrom("o", "g"),
	}),
	fc.record({ op: fc.constant("contains_any" as const), value: fc.constant<string[]>(["ol", "re"]) }),
	fc.record({
		op: fc.constantFrom("in" as const, "not_in" as const),
		value: fc.constant<(string | number | boolean)[]>(["gold", 5, false]),
	}),
	fc.record({ op: fc.constantFrom("exists" as const, "not_exists" as const) }),
	fc.record({ op: fc.constantFrom("before" as const, "after" as const), value: day }),
);

const relative: fc.Arbitrary<Comparison> = fc.record({
	op: fc.constantFrom("within_last", "within_next", "before_last", "after_next"),
	value: duration,
});

const number = (...values: readonly number[]) =>
	fc.record({ op: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"), value: fc.constantFrom(...values) });

const seldom = fc.array(
	fc.oneof(
		fc.record({ path: fc.constant("properties.total"), is: number(0, 1, 5) }),
		fc.record({ path: fc.constant("properties.kind"), is: fixed }),
	),
	{ maxLength: 1 },
);

const where = fc.oneof({ arbitrary: fc.constant<EventLeaf["where"]>([]), weight: 4 }, seldom);

const amounts: fc.Arbitrary<Partial<EventLeaf>> = fc.oneof(
	fc.constant({}),
	fc.record({ atLeast: fc.constantFrom(1, 2, 3) }),
	fc.record({ count: number(0, 1, 2, 3) }),
	...(["sum", "avg", "min", "max"] as const).map((kind) =>
		fc
			.record({ of: fc.constant("properties.total"), is: number(0, 0.3, 1.25, 5, 20) })
			.map((amount) => ({ [kind]: amount })),
	),
);

const times: fc.Arbitrary<Partial<EventLeaf>> = fc.oneof(
	fc.constant({}),
	{ arbitrary: fc.record({ within: duration }), weight: 3 },
	{ arbitrary: longer.map(([to, from]) => ({ between: { from, to } })), weight: 3 },
	fc.record({ since: day }),
	fc.record({ until: day }),
);

const habits: fc.Arbitrary<Partial<EventLeaf>> = fc.oneof(
	longer.map(([silent, active]) => ({ stopped: { active, silent } })),
	fc.record({ recent: duration, silent: duration, active: duration }).map((restarted) => ({ restarted })),
	fc
		.record({
			period: fc.constantFrom("7m", "2h", "1d", "7d"),
			of: fc.integer({ min: 1, max: 5 }),
			periods: fc.integer({ min: 1, max: 3 }),
			atLeast: fc.constantFrom(1, 2),
		})
		.map((each) => ({ regularly: { ...each, periods: Math.min(each.of, each.periods) } })),
);

const event = fc
	.tuple(name, where, fc.oneof(fc.tuple(amounts, times), fc.tuple(habits, fc.constant({}))))
	.map(([named, meets, [amount, time]]) => ({ event: named, where: meets, ...amount, ...time }) as Condition);

const namedEvent = fc.record({ event: name, where });
const sequence = fc
	.record({
		steps: fc.array(namedEvent, { minLength: 1, maxLength: 3 }),
		last: fc.option(namedEvent, { nil: undefined }),
		key: fc.option(fc.constant("properties.cart"), { nil: undefined }),
		within: duration,
		lookback: fc.option(duration, { nil: undefined }),
	})
	.filter(({ steps, last }) => steps.length > 1 || last !== undefined)
	.map(
		({ steps, last, key, within, lookback }): Condition => ({
			sequence: [...steps, ...(last ? [{ not: last }] : [])],
			within,
			...(key !== undefined && { key }),
			...(lookback !== undefined && { lookback }),
		}),
	);

const held = fc.oneof(fc.record({ atLeast: duration }), fc.record({ lessThan: duration }));

/** Every kind of condition that one person alone decides. */
const leaf: fc.Arbitrary<Condition> = fc.oneof(
	fc.record({ trait: fc.constantFrom("plan", "address.city", "constructor"), is: fixed }),
	fc.record({ trait: fc.constant("birthday"), is: fc.oneof(relative, fixed) }),
	fc.record({ trait: fc.constantFrom("plan", "address.city"), is: fixed, for: held }),
	{ arbitrary: event, weight: 4 },
	fc
		.tuple(name, where, fc.constantFrom("gold", "free"), fc.option(duration, { nil: undefined }))
		.map(([lastEvent, meets, value, within]) => ({
			lastEvent,
			where: meets,
			has: [{ path: "properties.kind", is: { op: "eq" as const, value } }],
			...(within !== undefined && { within }),
		})),
	{ arbitrary: sequence, weight: 3 },
	fc.record({ segment: fc.constantFrom(...Object.keys(RANDOM_SEGMENTS)) }),
	fc.record({ consent: fc.constantFrom("ads", "mail"), is: fc.constantFrom("granted", "denied", "unknown") }),
	fc.record({ list: fc.constantFrom(...Object.keys(RANDOM_LISTS)) }),
	fc
		.record({ salt: fc.constantFrom("s", "t"), from: fc.constantFrom(0, 20, 50), to: fc.constantFrom(50, 70, 100) })
		.map((bucket) => ({ bucket })),
);

/** Trees of every kind of condition, three groups deep at most. */
export const randomCondition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
	tree: fc.oneof(
		{ depthSize: "small", maxDepth: 3, withCrossShrink: true },
		leaf,
		fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
		fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
		fc.record({ none: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
	),
})).tree;

/** How long ago something happened, ms: minutes as often as weeks, and often on the edge of a stretch. */
const ago = fc
	.tuple(
		fc.constantFrom(1, 60, 3600, 86_400, 86_400 * 12),
		fc.integer({ min: 0, max: 5000 }),
		fc.constantFrom(1, 60_000, 3_600_000),
	)
	.map(([seconds, share, grain]) => {
		const at = RANDOM_NOW - Math.floor((seconds * 1000 * share) / 1000);
		return RANDOM_NOW - Math.floor(at / grain) * grain;
	});

const track = fc
	.record(
		{
			total: fc.oneof(total, fc.constant("5")),
			kind: fc.constantFrom("gold", "free", 5, true),
			cart: fc.constantFrom("c1", "c2", 1, true),
		},
		{ requiredKeys: [] },
	)
	.chain((properties) =>
		name.map((called) => ({ type: "track" as EventType, event: called, properties: properties as JsonObject })),
	);

const identify = fc
	.record(
		{
			plan: fc.constantFrom("gold", "free", 5, null),
			birthday: fc.constantFrom("2026-03-01", "2026-03-10T12:30:00Z", "2026-03-12", "soon"),
			address: fc.constantFrom({ city: "gold" }, { city: 5 }, "gold", null),
		},
		{ requiredKeys: [] },
	)
	.map((traits) => ({ type: "identify" as EventType, traits: traits as JsonObject }));

const listed = fc
	.record({ list: fc.constantFrom(...Object.keys(RANDOM_LISTS)), upload: fc.constantFrom(1, 2, 3) })
	.chain((properties) =>
		fc
			.constantFrom(LIST_SOURCE, "web")
			.map((source) => ({ type: "track" as EventType, event: LISTED_EVENT, properties, source })),
	);

const context = fc.oneof(
	{ arbitrary: fc.constant({}), weight: 4 },
	fc
		.record({ ads: fc.boolean(), mail: fc.constantFrom(true, false, "yes") }, { requiredKeys: [] })
		.map((categoryPreferences) => ({ consent: { categoryPreferences } }) as JsonObject),
);

const happened = fc
	.tuple(fc.oneof({ arbitrary: track, weight: 6 }, { arbitrary: identify, weight: 2 }, listed), context, ago)
	.map(([what, about, before]) => ({
		source: "web",
		...what,
		context: about,
		userId: "u1",
		...happenedAt(new Date(RANDOM_NOW - before).toISOString()),
	}));

/** What happened to one person, each message once, in no order. */
export const randomEvents: fc.Arbitrary<readonly SourcedEvent[]> = fc
	.array(happened, { minLength: 4, maxLength: 30, size: "max" })
	.map((events) => events.map((one, i) => ({ ...one, messageId: `m${i}` })));
