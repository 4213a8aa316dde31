import type { Day, Duration } from "./build-comparison.ts";
import type { FixedComparison, NumberComparison } from "./comparison.ts";
import type { EventLeaf, NamedEvent } from "./event-leaf.ts";
import type { LastEventLeaf } from "./event-order-leaves.ts";

/** A field of an event. */
export type EventField = `${"properties" | "context" | "traits"}.${string}`;

/** Something that is built: its condition, exactly as the schema takes it. */
export type Built<Leaf> = { readonly condition: Leaf };

/** What may still be said of an event: an amount, a time; a habit takes the place of both. */
type Unsaid = "amount" | "time";

type Amount<Left extends Unsaid> = (of: EventField, is: NumberComparison) => EventBuilder<Exclude<Left, "amount">>;

type Amounts<Left extends Unsaid> = {
	readonly atLeast: (times: number) => EventBuilder<Exclude<Left, "amount">>;
	readonly count: (is: NumberComparison) => EventBuilder<Exclude<Left, "amount">>;
	readonly sum: Amount<Left>;
	readonly avg: Amount<Left>;
	readonly min: Amount<Left>;
	readonly max: Amount<Left>;
};

type Times<Left extends Unsaid> = {
	readonly within: (length: Duration) => EventBuilder<Exclude<Left, "time">>;
	readonly between: (times: { readonly from: Duration; readonly to: Duration }) => EventBuilder<Exclude<Left, "time">>;
	readonly on: (
		days: { readonly since: Day; readonly until?: Day } | { readonly until: Day },
	) => EventBuilder<Exclude<Left, "time">>;
};

type Habits = {
	readonly stopped: (times: { readonly active: Duration; readonly silent: Duration }) => EventBuilder<never>;
	readonly restarted: (times: {
		readonly recent: Duration;
		readonly silent: Duration;
		readonly active: Duration;
	}) => EventBuilder<never>;
	readonly regularly: (habit: {
		readonly period: Duration;
		readonly periods: number;
		readonly of: number;
		readonly atLeast?: number;
	}) => EventBuilder<never>;
};

/** A condition on events, and what may still be said of it: of amounts and of times one each, or a habit alone. */
export type EventBuilder<Left extends Unsaid> = Built<EventLeaf> & {
	/** Only events with such a field count. */
	readonly where: (path: EventField, is: FixedComparison) => EventBuilder<Left>;
} & ("amount" extends Left ? Amounts<Left> : unknown) &
	("time" extends Left ? Times<Left> : unknown) &
	([Unsaid] extends [Left] ? Habits : unknown);

/** An event of which nothing was said yet but what it is like: what a step of a sequence is. */
export type PlainEvent = EventBuilder<Unsaid>;

/** What a person did: `event("Order Completed").where("properties.total", gte(20)).atLeast(3).within("30d")`. */
export const event = (name: string): PlainEvent => buildEvent({ event: name, where: [] });

/** The same object says all of them: only the types know what was said already. */
type Whole = {
	readonly [Key in keyof PlainEvent]: PlainEvent[Key] extends (...values: infer Values) => unknown
		? (...values: Values) => Whole
		: PlainEvent[Key];
};

function buildEvent(condition: EventLeaf): Whole {
	const and = (more: Partial<EventLeaf>) => buildEvent({ ...condition, ...more });
	const amount = (kind: "sum" | "avg" | "min" | "max") => (of: EventField, is: NumberComparison) =>
		and({ [kind]: { of, is } });
	return {
		condition,
		where: (path, is) => and({ where: [...condition.where, { path, is }] }),
		atLeast: (atLeast) => and({ atLeast }),
		count: (count) => and({ count }),
		sum: amount("sum"),
		avg: amount("avg"),
		min: amount("min"),
		max: amount("max"),
		within: (within) => and({ within }),
		between: (between) => and({ between }),
		on: (days) => and(days),
		stopped: (stopped) => and({ stopped }),
		restarted: (restarted) => and({ restarted }),
		regularly: (habit) => and({ regularly: { atLeast: 1, ...habit } }),
	};
}

/** The name and the fields of an event, as sequences take them. */
export const namedBy = ({ condition: { event: name, where } }: PlainEvent): NamedEvent => ({ event: name, where });

export type LastEventBuilder = Built<LastEventLeaf> & {
	readonly has: (path: EventField, is: FixedComparison) => LastEventBuilder;
	readonly within: (length: Duration) => LastEventBuilder;
};

/** What the last event of a kind was like; nothing is asked before something was said with `has`. */
export type LastEventStart = {
	readonly where: (path: EventField, is: FixedComparison) => LastEventStart;
	readonly has: (path: EventField, is: FixedComparison) => LastEventBuilder;
};

/** What the last event of a kind was like: `lastEvent("Order Completed").has("properties.status", eq("late"))`. */
export const lastEvent = (name: string): LastEventStart => startLast({ lastEvent: name, where: [], has: [] });

const startLast = (condition: LastEventLeaf): LastEventStart => ({
	where: (path, is) => startLast({ ...condition, where: [...condition.where, { path, is }] }),
	has: (path, is) => buildLast({ ...condition, has: [{ path, is }] }),
});

const buildLast = (condition: LastEventLeaf): LastEventBuilder => ({
	condition,
	has: (path, is) => buildLast({ ...condition, has: [...condition.has, { path, is }] }),
	within: (within) => buildLast({ ...condition, within }),
});
