import type { Comparison } from "#contracts/definitions/condition.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";

type Orderable = string | number;

/**
 * Whether a value meets a comparison. Nothing is coerced: text compares with text and numbers with numbers, so `"3"` is
 * not `3`. Dates are ISO 8601 text and compare as text, by code point, which is their order in time when they are
 * written alike. A value that is not there (absent, or null), or is of another type than the one compared with, meets
 * nothing but `not_exists`: `ne`, `not_in` and `not_contains` too ask for a value that differs. To say "differs or is
 * not there", say `none: [eq …]`.
 */
export function compare(actual: Json | undefined, is: Comparison): boolean {
	if (actual === undefined || actual === null) return is.op === "not_exists";
	switch (is.op) {
		case "exists":
			return true;
		case "not_exists":
			return false;
		case "eq":
			return actual === is.value;
		case "ne":
			return typeof actual === typeof is.value && actual !== is.value;
		case "in":
			return is.value.some((value) => actual === value);
		case "not_in":
			return is.value.some((value) => typeof actual === typeof value) && is.value.every((value) => actual !== value);
		case "gt":
		case "gte":
		case "lt":
		case "lte":
			return isOrdered(actual, is);
		case "contains":
		case "not_contains":
		case "starts_with":
		case "ends_with":
			return typeof actual === "string" && isWritten(actual, is);
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

type Writing = Extract<Comparison, { op: "contains" | "not_contains" | "starts_with" | "ends_with" }>;

function isWritten(actual: string, { op, value }: Writing): boolean {
	switch (op) {
		case "contains":
			return actual.includes(value);
		case "not_contains":
			return !actual.includes(value);
		case "starts_with":
			return actual.startsWith(value);
		case "ends_with":
			return actual.endsWith(value);
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
