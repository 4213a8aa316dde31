import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromAttributes, toAttribute, toAttributes } from "#adapters/aws/dynamodb/attributes.ts";
import type { Json } from "#domain/model/json.ts";

const json = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" }) as fc.Arbitrary<Json>;
const deep = fc.integer({ min: 0, max: 80 }).map((levels) => {
	let value: Json = levels;
	for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { level: value };
	return value;
});
const number = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("attributes", () => {
	it("give back any JSON as JSON has it", () => {
		fc.assert(
			fc.property(fc.oneof(json, deep, number), (value) => {
				const wellFormed = JSON.parse(JSON.stringify(value).toWellFormed()) as Json;
				const back = fromAttributes(toAttributes({ value })).value;
				expect(JSON.stringify(back)).toBe(JSON.stringify(wellFormed));
			}),
		);
	});

	it.each<{ value: Json; expected: object }>([
		{ value: null, expected: { NULL: true } },
		{ value: false, expected: { BOOL: false } },
		{ value: "", expected: { S: "" } },
		{ value: -0, expected: { N: "0" } },
		{ value: 1e100, expected: { N: "1e+100" } },
		{ value: 9e125, expected: { N: "9e+125" } },
		{ value: 1e126, expected: { B: Buffer.from("1e+126") } },
		{ value: -1e-131, expected: { B: Buffer.from("-1e-131") } },
		{ value: [1, ["a"]], expected: { L: [{ N: "1" }, { L: [{ S: "a" }] }] } },
		{ value: { a: { b: true } }, expected: { M: { a: { M: { b: { BOOL: true } } } } } },
		{ value: { constructor: { name: "Set" } }, expected: { M: { constructor: { M: { name: { S: "Set" } } } } } },
	])("keep $value as $expected", ({ value, expected }) => {
		expect(toAttribute(value)).toEqual(expected);
	});

	it("leave out what is undefined, at every level", () => {
		const fields = { a: undefined, b: { c: undefined as unknown as Json, d: 1 } };
		expect(toAttributes(fields)).toEqual({ b: { M: { d: { N: "1" } } } });
	});

	it("refuse a type that is none of theirs", () => {
		expect(() => fromAttributes({ tags: { SS: ["a"] } })).toThrow("a type that Tutti does not write: SS");
	});
});
