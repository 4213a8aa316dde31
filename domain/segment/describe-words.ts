import type { Comparison, NamedEvent } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import type { Window } from "./condition-tree.ts";

/** A list is named as far as anybody wants to read it. */
const MAX_NAMED = 5;

const UNITS = [
	["day", 86_400_000],
	["hour", 3_600_000],
	["minute", 60_000],
] as const;

/** A length of time in the greatest unit that has no remainder: "30 days", "1 hour". */
export function lengthOf(ms: number): string {
	const [unit, length] = UNITS.find(([, each]) => ms % each === 0) ?? ["minute", 60_000];
	return ms === length ? `1 ${unit}` : `${ms / length} ${unit}s`;
}

/** "the last 30 days", "the last hour". */
export const lastOf = (ms: number): string => `the last ${lengthOf(ms).replace(/^1 /, "")}`;

/** How often: "once", "twice", "3 times". */
export const timesOf = (count: number): string =>
	count === 1 ? "once" : count === 2 ? "twice" : `${count.toLocaleString("en-GB")} times`;

type Scalar = string | number | boolean;

const quote = (value: Scalar): string => JSON.stringify(value);

/** "one of "a", "b" and 3 more". */
function someOf(values: readonly Scalar[]): string {
	const named = values.slice(0, MAX_NAMED).map(quote).join(", ");
	return values.length > MAX_NAMED ? `${named} and ${values.length - MAX_NAMED} more` : named;
}

/** What a value does that meets a comparison: `is "gold"`, `is at least 20`, `is in the last 30 days`. */
export function describeComparison(is: Comparison): string {
	switch (is.op) {
		case "exists":
			return "is there";
		case "not_exists":
			return "is not there";
		case "in":
		case "not_in":
			return `is ${is.op === "in" ? "one" : "none"} of ${someOf(is.value)}`;
		case "contains_any":
			return `contains one of ${someOf(is.value)}`;
		case "before":
		case "after":
			return `is ${is.op} ${is.value}`;
		case "within_last":
			return `is in ${lastOf(durationMs(is.value))}`;
		case "within_next":
			return `is in the next ${lengthOf(durationMs(is.value)).replace(/^1 /, "")}`;
		case "before_last":
			return `is more than ${lengthOf(durationMs(is.value))} ago`;
		case "after_next":
			return `is more than ${lengthOf(durationMs(is.value))} from now`;
		case "eq":
		case "ne":
		case "gt":
		case "gte":
		case "lt":
		case "lte":
		case "contains":
		case "not_contains":
		case "starts_with":
		case "ends_with":
			return `${VERBS[is.op]} ${quote(is.value)}`;
	}
}

const VERBS = {
	eq: "is",
	ne: "is not",
	gt: "is more than",
	gte: "is at least",
	lt: "is less than",
	lte: "is at most",
	contains: "contains",
	not_contains: "does not contain",
	starts_with: "begins with",
	ends_with: "ends with",
} as const;

/** A field of an event; its properties are what one means without saying so. */
export const fieldOf = (path: string): string => path.replace(/^properties\./, "");

/** `total is at least 20 and currency is "EUR"`. */
export const describeFields = (where: NamedEvent["where"]): string =>
	where.map(({ path, is }) => `${fieldOf(path)} ${describeComparison(is)}`).join(" and ");

/** ` (where total is at least 20)` after the name of an event, or nothing. */
export const describeEvent = ({ event, where }: NamedEvent): string =>
	where.length === 0 ? event : `${event} (where ${describeFields(where)})`;

/** `, where total is at least 20` at the end of a sentence, or nothing. */
export const describeWhere = (where: NamedEvent["where"]): string =>
	where.length === 0 ? "" : `, where ${describeFields(where)}`;

/** When: ` in the last 30 days`, ` between 90 days and 30 days ago`, ` since 2026-01-01`, or nothing. */
export function describeWindow(window: Window, days: { readonly since?: string; readonly until?: string }): string {
	if (window.kind === "within") return ` in ${lastOf(window.ms)}`;
	if (window.kind === "between") return ` between ${lengthOf(window.fromMs)} and ${lengthOf(window.toMs)} ago`;
	const { since, until } = days;
	return `${since === undefined ? "" : ` since ${since}`}${until === undefined ? "" : ` before ${until}`}`;
}
