import type { Comparison, FixedComparison } from "./comparison.ts";

/** `30d`, `12h`, `90m`. */
export type Duration = `${number}d` | `${number}h` | `${number}m`;
/** `2026-01-31`. */
export type Day = `${number}-${number}-${number}`;
type Moment = Day | `${Day}T${string}`;

type Scalar = string | number | boolean;
type Ordered = "gt" | "gte" | "lt" | "lte";

/** Keeps the value's type: with a number in it, it may compare an amount of events, too. */
type By<Op extends string, Value> = { op: Op; value: Value };

const ordered =
	<Op extends Ordered>(op: Op) =>
	<Value extends number | string>(value: Value): By<Op, Value> => ({ op, value });

/** Comparisons that say the same whenever they are asked; one function for each operator. */
export const fixed = {
	eq: <Value extends Scalar>(value: Value): By<"eq", Value> => ({ op: "eq", value }),
	ne: <Value extends Scalar>(value: Value): By<"ne", Value> => ({ op: "ne", value }),
	gt: ordered("gt"),
	gte: ordered("gte"),
	lt: ordered("lt"),
	lte: ordered("lte"),
	contains: (value: string) => ({ op: "contains" as const, value }),
	notContains: (value: string) => ({ op: "not_contains" as const, value }),
	containsAny: (...value: [string, ...string[]]) => ({ op: "contains_any" as const, value }),
	startsWith: (value: string) => ({ op: "starts_with" as const, value }),
	endsWith: (value: string) => ({ op: "ends_with" as const, value }),
	oneOf: (...value: [Scalar, ...Scalar[]]) => ({ op: "in" as const, value }),
	noneOf: (...value: [Scalar, ...Scalar[]]) => ({ op: "not_in" as const, value }),
	exists: () => ({ op: "exists" as const }),
	notExists: () => ({ op: "not_exists" as const }),
	before: (value: Moment) => ({ op: "before" as const, value }),
	after: (value: Moment) => ({ op: "after" as const, value }),
} satisfies { readonly [name: string]: (...values: never[]) => FixedComparison };

/** Comparisons of dates that move on with the clock: of traits only, and never with `for`. */
export const moving = {
	withinLast: (value: Duration) => ({ op: "within_last" as const, value }),
	withinNext: (value: Duration) => ({ op: "within_next" as const, value }),
	beforeLast: (value: Duration) => ({ op: "before_last" as const, value }),
	afterNext: (value: Duration) => ({ op: "after_next" as const, value }),
} satisfies { readonly [name: string]: (value: Duration) => Comparison };
