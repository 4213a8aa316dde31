import { expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import type { Json } from "#domain/model/json.ts";
import { aKey } from "#test/adapters/item-store/partitions.ts";

const nested = (levels: number): Json => (levels === 0 ? "bottom" : { list: [nested(levels - 1)] });

/** What a sender may put into a trait and a table may choke on: DynamoDB's own limits, and names that code looks at. */
const VALUES: [string, Json][] = [
	["nesting beyond DynamoDB's 32 levels", nested(60)],
	["nesting right at its levels", nested(15)],
	["a number beyond its range", 1.7e308],
	["a number too small for it", 5e-324],
	["the same numbers deep inside", { a: [{ b: [1.7e308, -5e-324, 1] }] }],
	["a property named constructor", { constructor: { name: "Set" }, toString: 1 }],
	["a property named __proto__", JSON.parse('{"a":{"__proto__":{"polluted":true},"b":1}}') as Json],
];

/** One event must not be able to stop a batch: whatever JSON can say is kept. */
export function sendersValuesSuite(store: () => ItemStore): void {
	it.each(VALUES)("keeps %s", async (_, value) => {
		const key = aKey();
		await store().put({ ...key, value });
		expect(JSON.stringify((await store().get(key))?.value)).toBe(JSON.stringify(value));
		await store().transact([{ kind: "update", key, changes: { set: { again: value } } }]);
		expect(JSON.stringify((await store().get(key))?.again)).toBe(JSON.stringify(value));
	});

	it("keeps a text that is no Unicode as the nearest that is", async () => {
		const key = aKey();
		await store().put({ ...key, text: "half \ud83d an emoji" });
		expect((await store().get(key))?.text).toBe("half \ufffd an emoji");
	});
}
