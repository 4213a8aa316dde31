import type { Json } from "#domain/model/json.ts";
import type { Moment } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { canonical } from "#domain/rules/event-conditions.ts";

/** The order of what events said: by event time, of equal times by messageId, then by source. */
export const byTime = (x: Origin, y: Origin): number =>
	compareText(x.at, y.at) || compareText(x.messageId, y.messageId) || compareText(x.source, y.source);

/** The same with the value, and whether it was declared, as the last word: no two entries are alike but by being the same. */
export const byTimeAndValue = (x: Said, y: Said): number =>
	byTime(x, y) ||
	compareText(canonical(x.value), canonical(y.value)) ||
	Number(x.declared === true) - Number(y.declared === true);

type Origin = Pick<Moment, "at" | "messageId" | "source">;
type Said = Origin & { readonly value: Json; readonly declared?: boolean };

/** An order for values of any kind: numbers by size, then texts by code point, then all others as JSON writes them. */
export function compareValues(x: Json, y: Json): number {
	if (typeof x === "number" && typeof y === "number") return x - y;
	if (typeof x === "string" && typeof y === "string") return compareText(x, y);
	return rank(x) - rank(y) || compareText(canonical(x), canonical(y));
}

const rank = (value: Json): number => (typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2);

/** Of many the one that no other comes after; undefined of none. */
export function greatest<T>(all: readonly T[], compare: (x: T, y: T) => number): T | undefined {
	const [first, ...others] = all;
	return first === undefined ? undefined : others.reduce((best, one) => (compare(best, one) >= 0 ? best : one), first);
}
