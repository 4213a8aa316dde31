import type { Comparison } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { momentOf } from "./dates.ts";

type Orderable = string | number;

/**
 * Whether a value meets a comparison. Nothing is coerced: text compares with text and numbers with numbers, so `"3"` is
 * not `3`. Dates are ISO 8601 text and compare as text, by code point, which is their order in time when they are
 * written alike. A value that is not there (absent, or null), or is of another type than the one compared with, meets
 * nothing but `not_exists`: `ne`, `not_in` and `not_contains` too ask for a value that differs. To say "differs or is
 * not there", say `none: [eq …]`.
 *
 * `contains`, `not_contains` and `contains_any` look into a text, or for an element of a list. `before`, `after` and what is
 * relative to `now` (milliseconds since 1970) are about dates as `momentOf` reads them; to the millisecond.
 */
export function compare(actual: Json | undefined, is: Comparison, now = 0): boolean {
	if (actual === undefined || actual === null) return is.op === "not_exists";
	switch (is.op) {
		case "exists":
			return true;
		case "not_exists":
			return false;
		case "eq":
			return actual === is.value;
		case "ne":
			return differs(actual, [is.value]);
		case "in":
			return is.value.some((value) => actual === value);
		case "not_in":
			return differs(actual, is.value);
		case "gt":
		case "gte":
		case "lt":
		case "lte":
			return isOrdered(actual, is);
		case "contains":
			return holdsAny(actual, [is.value]);
		case "contains_any":
			return holdsAny(actual, is.value);
		case "not_contains":
			return canHold(actual) && !holdsAny(actual, [is.value]);
		case "starts_with":
			return typeof actual === "string" && actual.startsWith(is.value);
		case "ends_with":
			return typeof actual === "string" && actual.endsWith(is.value);
		case "before":
		case "after":
		case "within_last":
		case "within_next":
		case "before_last":
		case "after_next":
			return isTimed(typeof actual === "string" ? momentOf(actual) : undefined, is, now);
	}
}

/** Of a type that is asked for, and none of the values. */
const differs = (actual: Json, values: readonly (string | number | boolean)[]): boolean =>
	values.some((value) => typeof actual === typeof value) && values.every((value) => actual !== value);

const canHold = (actual: Json): actual is string | Json[] => typeof actual === "string" || Array.isArray(actual);

/** A text within a text, or an element of a list. */
const holdsAny = (actual: Json, wanted: readonly string[]): boolean =>
	canHold(actual) && wanted.some((each) => actual.includes(each));

type Timing = Extract<
	Comparison,
	{ op: "before" | "after" | "within_last" | "within_next" | "before_last" | "after_next" }
>;

function isTimed(moment: number | undefined, { op, value }: Timing, now: number): boolean {
	if (moment === undefined) return false;
	switch (op) {
		case "before":
			return moment < (momentOf(value) ?? Number.NaN);
		case "after":
			return moment > (momentOf(value) ?? Number.NaN);
		case "within_last":
			return moment <= now && moment >= now - durationMs(value);
		case "within_next":
			return moment >= now && moment <= now + durationMs(value);
		case "before_last":
			return moment < now - durationMs(value);
		case "after_next":
			return moment > now + durationMs(value);
	}
}

type Ordering = Extract<Comparison, { value: string | number }> & { op: "gt" | "gte" | "lt" | "lte" };

function isOrdered(actual: Json, { op, value }: Ordering): boolean {
	if ((typeof actual !== "string" && typeof actual !== "number") || typeof actual !== typeof value) return false;
	const order = orderOf(actual, value);
	switch (op) {
		case "gt":
			return order > 0;
		case "gte":
			return order >= 0;
		case "lt":
			return order < 0;
		case "lte":
			return order <= 0;
	}
}

const orderOf = (a: Orderable, b: Orderable): number =>
	typeof a === "string" && typeof b === "string" ? compareText(a, b) : Number(a > b) - Number(a < b);

/**
 * The order of two texts by code point: negative, 0 or positive. SQL engines order text by its UTF-8 bytes, which is
 * the same; JavaScript's `<` goes by UTF-16 units and puts an emoji before `U+FB01`.
 */
export function compareText(a: string, b: string): number {
	const end = Math.min(a.length, b.length);
	for (let i = 0; i < end; i++) {
		const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}

/** Lifts the surrogates (D800 to DFFF), of which characters over U+FFFF are made, above all other units. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/**
 * What stands at a dotted path, given as its steps: each steps into an object, never into a list. `undefined` where the path leads nowhere.
 * Only an object's own fields count, so `constructor` is found in nothing that did not bring it.
 */
export function valueAt(root: Json | undefined, path: readonly string[]): Json | undefined {
	let value = root;
	for (const step of path) {
		if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
		value = value[step];
	}
	return value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);
