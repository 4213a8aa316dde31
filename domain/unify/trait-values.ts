import type { Json } from "#domain/model/json.ts";
import type { Moment } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { canonical } from "#domain/rules/event-conditions.ts";
import { byTime } from "#domain/rules/measures/by-time.ts";

/** The same with the value, and whether it was declared, as the last word: no two entries are alike but by being the same. */
export const byTimeAndValue = (x: Said, y: Said): number =>
	byTime(x, y) ||
	compareText(canonical(x.value), canonical(y.value)) ||
	Number(x.declared === true) - Number(y.declared === true);

type Origin = Pick<Moment, "at" | "messageId" | "source">;
type Said = Origin & { readonly value: Json; readonly declared?: boolean };

/** Of many the one that no other comes after; undefined of none. */
export function greatest<T>(all: readonly T[], compare: (x: T, y: T) => number): T | undefined {
	const [first, ...others] = all;
	return first === undefined ? undefined : others.reduce((best, one) => (compare(best, one) >= 0 ? best : one), first);
}
