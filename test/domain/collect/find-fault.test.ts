import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFault, isDeeper } from "#domain/collect/find-fault.ts";
import type { Json } from "#domain/model/json.ts";
import { anyJson, nested } from "./json-values.ts";

describe("findFault", () => {
	it.each<{ what: string; text: string; expected: unknown }>([
		{ what: "plain", text: '{"a":{"b":[1,"x",null]}}', expected: undefined },
		{ what: "__proto__", text: '{"a":{"__proto__":1}}', expected: { code: "forbidden_key", path: "a.__proto__" } },
		{
			what: "constructor.prototype",
			text: '{"a":[{"constructor":{"prototype":1}}]}',
			expected: { code: "forbidden_key", path: "a.0.constructor.prototype" },
		},
		{ what: "a constructor that is data", text: '{"constructor":"Ferrari","prototype":true}', expected: undefined },
		{ what: "a NUL in a value", text: '{"a":["b\\u0000"]}', expected: { code: "nul_character", path: "a.0" } },
		{ what: "a NUL in a key", text: '{"a\\u0000":1}', expected: { code: "nul_character", path: "a\0" } },
		{ what: "half a surrogate", text: '{"a":"\\ud83d"}', expected: { code: "invalid_unicode", path: "a" } },
		{ what: "a whole surrogate pair", text: '{"a":"\\ud83d\\ude00"}', expected: undefined },
	])("finds in $what: $expected", ({ text, expected }) => {
		expect(findFault(JSON.parse(text))).toEqual(expected);
	});

	it("takes 64 levels and no more", () => {
		expect(findFault(nested(64))).toBeUndefined();
		expect(findFault(nested(65))).toMatchObject({ code: "too_deep" });
	});

	it("leaves the stack alone, however deep it is", () => {
		const text = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
		expect(findFault(JSON.parse(text))).toMatchObject({ code: "too_deep" });
		expect(isDeeper(JSON.parse(text), 64)).toBe(true);
	});
});

/** The definition of depth that a reader believes. */
const depth = (value: Json): number =>
	typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;

describe("isDeeper", () => {
	it("says what counting the levels says", () => {
		fc.assert(
			fc.property(anyJson, fc.nat(5), (value, levels) => {
				expect(isDeeper(value, levels)).toBe(depth(value) > levels);
			}),
		);
	});
});
