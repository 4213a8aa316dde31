import type { Json } from "#domain/model/json.ts";
import { compareText } from "#domain/rules/compare.ts";
import { canonical } from "#domain/rules/event-conditions.ts";

/** An order for values of any kind: numbers by size, then texts by code point, then all others as JSON writes them. */
export function compareValues(x: Json, y: Json): number {
	if (typeof x === "number" && typeof y === "number") return x - y;
	if (typeof x === "string" && typeof y === "string") return compareText(x, y);
	return rank(x) - rank(y) || compareText(canonical(x), canonical(y));
}

const rank = (value: Json): number => (typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2);
