import { describe, expect, it } from "vitest";
import type { Item } from "#adapters/items/item-store.ts";
import { itemSize } from "#adapters/meter/item-size.ts";

const KEY = { pk: "N#1", sk: "NODE" };
/** `pk` and `sk` with their values: 2 + 3 + 2 + 4. */
const KEY_BYTES = 11;

/** By the rules of the Developer Guide, "DynamoDB item sizes and formats". */
describe("itemSize", () => {
	it.each<{ what: string; fields: Omit<Item, "pk" | "sk">; bytes: number }>([
		{ what: "the key alone", fields: {}, bytes: 0 },
		{ what: "text by its UTF-8 bytes, with its name", fields: { name: "Zoë" }, bytes: 4 + 4 },
		{ what: "a name by its UTF-8 bytes", fields: { größe: "" }, bytes: 7 },
		{ what: "true and null as one byte", fields: { a: true, b: null }, bytes: 2 + 2 },
		{ what: "a number of one digit", fields: { n: 7 }, bytes: 1 + 2 },
		{ what: "a number of two digits", fields: { n: 42 }, bytes: 1 + 2 },
		{ what: "a number of three digits", fields: { n: 123 }, bytes: 1 + 3 },
		{ what: "a number without the zeros at its end", fields: { n: 1_000_000 }, bytes: 1 + 2 },
		{ what: "a number without the zeros at its beginning", fields: { n: 0.0012 }, bytes: 1 + 2 },
		{ what: "zero", fields: { n: 0 }, bytes: 1 + 1 },
		{ what: "a number that JavaScript writes with an exponent", fields: { n: 1.5e30 }, bytes: 1 + 2 },
		{ what: "an empty list", fields: { l: [] }, bytes: 1 + 3 },
		{ what: "a list: three bytes, and one for each element", fields: { l: ["ab", "c"] }, bytes: 1 + 3 + 2 + 3 },
		{ what: "a map: three bytes, and one for each entry", fields: { m: { k: "v" } }, bytes: 1 + 3 + 1 + 2 },
		{ what: "a map in a list", fields: { l: [{ k: 1 }] }, bytes: 1 + 3 + 1 + (3 + 1 + 1 + 2) },
		{ what: "the ttl like any number", fields: { ttl: 1_764_000_000 }, bytes: 3 + 3 },
		{ what: "undefined as nothing", fields: { u: undefined }, bytes: 0 },
		{ what: "what DynamoDB has no form for as the bytes of its JSON", fields: { n: 1e300 }, bytes: 1 + 6 },
	])("counts $what", ({ fields, bytes }) => {
		expect(itemSize({ ...KEY, ...fields })).toBe(KEY_BYTES + bytes);
	});
});
