import fc from "fast-check";
import type { Json, JsonObject } from "#domain/model/json.ts";

/** Any JSON there is, odd keys and odd text included; shallow, so that a depth can be wrapped around it. */
export const anyJson = fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }) as fc.Arbitrary<Json>;

export const anyObject = fc.dictionary(fc.string({ unit: "binary", maxLength: 12 }), anyJson, {
	maxKeys: 5,
}) as fc.Arbitrary<JsonObject>;

/** `levels` objects, one in the other. */
export function nested(levels: number): JsonObject {
	let value: JsonObject = {};
	for (let level = 1; level < levels; level += 1) value = { in: value };
	return value;
}
