import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFault } from "#domain/collect/find-fault.ts";
import { type ParsedBody, parseBody } from "#domain/collect/parse-body.ts";
import { anyObject, nested } from "./json-values.ts";

const parsed = (text: string): ParsedBody => {
	const body = parseBody(text);
	if (typeof body === "string") throw new Error(`not parsed: ${body}`);
	return body;
};

describe("parseBody", () => {
	it.each([
		{ text: "", expected: "body_not_json" },
		{ text: "{", expected: "body_not_json" },
		{ text: "{'a':1}", expected: "body_not_json" },
		{ text: '{"a":"\0"}', expected: "body_not_json" },
		{ text: '{"a":1}{"a":1}', expected: "body_not_json" },
		{ text: "NaN", expected: "body_not_json" },
		{ text: "null", expected: "body_not_object" },
		{ text: "[]", expected: "body_not_object" },
		{ text: '"text"', expected: "body_not_object" },
		{ text: "1", expected: "body_not_object" },
	])("refuses $text as $expected", ({ text, expected }) => {
		expect(parseBody(text)).toBe(expected);
	});

	it("skips a byte order mark", () => {
		expect(parsed('\ufeff{"a":1}').value).toEqual({ a: 1 });
	});

	it.each([
		{ text: '{"__proto__":1}', maybeOdd: true },
		{ text: String.raw`{"\u005f_proto__":1}`, maybeOdd: true },
		{ text: '{"constructor":{"prototype":1}}', maybeOdd: true },
		{ text: String.raw`{"constructor":{"prototyp\u0065":1}}`, maybeOdd: true },
		{ text: String.raw`{"a":"\u0000"}`, maybeOdd: true },
		{ text: String.raw`{"a":"\ud83d"}`, maybeOdd: true },
		{ text: '{"constructor":"Ferrari","plan":"prototype testing"}', maybeOdd: false },
		{ text: String.raw`{"a":"\u20ac"}`, maybeOdd: false },
		{ text: '{"a":"€ 😀"}', maybeOdd: false },
	])("looks closer at $text: $maybeOdd", ({ text, maybeOdd }) => {
		expect(parsed(text).maybeOdd).toBe(maybeOdd);
	});

	it.each([
		{ what: "64 levels", value: nested(64), maybeDeep: false },
		{ what: "65 levels", value: nested(65), maybeDeep: true },
		{ what: "65 brackets side by side", value: { list: Array.from({ length: 64 }, () => []) }, maybeDeep: true },
	])("looks closer at $what: $maybeDeep", ({ value, maybeDeep }) => {
		expect(parsed(JSON.stringify(value)).maybeDeep).toBe(maybeDeep);
	});

	it("never misses a fault, however the key or the text is escaped", () => {
		const planted = fc.constantFrom(
			'"__proto__":1',
			'"constructor":{"prototype":{}}',
			'"a":"\\u0000"',
			'"b":"\\uDC00"',
		);
		const escaped = (text: string, which: number) =>
			text.replace(/[a-z_]/gi, (letter, at: number) =>
				at % 7 === which ? `\\u00${letter.charCodeAt(0).toString(16).padStart(2, "0")}` : letter,
			);
		fc.assert(
			fc.property(anyObject, planted, fc.integer({ min: 0, max: 9 }), (around, fault, which) => {
				const key = fault.startsWith('"a"') || fault.startsWith('"b"') ? fault : escaped(fault, which);
				const body = parsed(`{"around":${JSON.stringify(around)},${key}}`);
				expect(findFault(body.value)).toBeDefined();
				expect(body.maybeOdd).toBe(true);
			}),
		);
	});

	it("raises no fault without having raised the alarm", () => {
		fc.assert(
			fc.property(anyObject, (value) => {
				const body = parsed(JSON.stringify(value));
				if (!body.maybeOdd && !body.maybeDeep) expect(findFault(body.value)).toBeUndefined();
			}),
		);
	});
});
