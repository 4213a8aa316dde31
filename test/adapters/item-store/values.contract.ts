import { expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import type { Json } from "#domain/model/json.ts";
import { aKey, aPartition } from "./partitions.ts";

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
/** DynamoDB keeps 38 digits and magnitudes up to 1e125, nesting up to 32 levels: all of these fit. */
const VALUES: [string, Json][] = [
	["text", "plain"],
	["empty text", ""],
	["text with quotes, newlines and a NUL", "a\"b'c\\d\n\r\t\u0000e"],
	["text beyond the basic plane", "Zoë 日本語 😀 \u{1F468}\u200D\u{1F469} é"],
	["the greatest safe integer", Number.MAX_SAFE_INTEGER],
	["the least safe integer", Number.MIN_SAFE_INTEGER],
	["a fraction", 0.1],
	["a fraction that never ends", 1 / 3],
	["a huge number", 1.5e100],
	["a tiny number", 1.5e-100],
	["zero", 0],
	["true", true],
	["false", false],
	["null", null],
	["an empty list", []],
	["an empty object", {}],
	["a mixed list", [1, "1", true, null, [], {}, [[1.5]]]],
	["an object with awkward names", { "a.b": 2, "#c": 3, ":d": 4, "size of": 5, constructor: 6, é: 7 }],
	["nesting", nested(20)],
	["a large text", "0123456789abcdef".repeat(16_000)],
];

function nested(levels: number): Json {
	return levels === 0 ? "bottom" : { list: [nested(levels - 1)] };
}

/** An item comes back as it went in. */
export function valuesContract(store: () => ItemStore): void {
	it.each(VALUES)("keeps %s", async (_, value) => {
		const key = aKey();
		await store().put({ ...key, value });
		expect(await store().get(key)).toEqual({ ...key, value });
	});

	it.each(VALUES)("keeps %s when an update sets it", async (_, value) => {
		const key = aKey();
		await store().update(key, { set: { value } });
		expect(await store().get(key)).toEqual({ ...key, value });
	});

	it("keeps attributes whose names are words of the database's language", async () => {
		const item = { ...aKey(), name: "n", size: 1, status: "s", data: {}, "dotted.name": true, "with-hyphen": null };
		await store().put(item);
		await store().update({ pk: item.pk, sk: item.sk }, { set: { values: [1] }, add: { count: 1 }, remove: ["status"] });
		const { status: _, ...rest } = item;
		expect(await store().get(item)).toEqual({ ...rest, values: [1], count: 1 });
	});

	it("does not write undefined attributes", async () => {
		const key = aKey();
		await store().put({ ...key, a: 1, b: undefined });
		expect(Object.keys((await store().get(key)) ?? {}).sort()).toEqual(["a", "pk", "sk"]);
	});

	it("keeps keys in any script", async () => {
		const key = { pk: `${aPartition()}#Zoë#😀`, sk: "日本#'\"; --" };
		await store().put({ ...key, here: true });
		expect(await store().get(key)).toEqual({ ...key, here: true });
	});

	it("answers undefined for a key that is not there", async () => {
		expect(await store().get(aKey())).toBeUndefined();
	});

	it("gets any number of keys at once and leaves out what is not there", async () => {
		const pk = aPartition();
		const numbers = Array.from({ length: 230 }, (_, n) => n);
		await Promise.all(numbers.filter((n) => n % 10 !== 0).map((n) => store().put({ pk, sk: `${n}`, n })));
		const found = await store().batchGet(numbers.map((n) => ({ pk, sk: `${n}` })));
		expect(found.map((item) => item.n as number).sort((a, b) => a - b)).toEqual(numbers.filter((n) => n % 10 !== 0));
	});

	it("gets large items in bulk, all of them", async () => {
		const pk = aPartition();
		const text = "x".repeat(200_000); // 100 of them are beyond the 16 MB one BatchGetItem answers
		const keys = Array.from({ length: 100 }, (_, n) => ({ pk, sk: `${n}` }));
		for (const key of keys) await store().put({ ...key, text });
		expect(await store().batchGet(keys)).toHaveLength(100);
	});

	it("gets nothing for no keys", async () => {
		expect(await store().batchGet([])).toEqual([]);
	});

	it("returns an item until its ttl, with the ttl", async () => {
		const item = { ...aKey(), ttl: secondsFromNow(3600) };
		await store().put(item);
		expect(await store().get(item)).toEqual(item);
	});

	it("does not return an item whose ttl has passed, however it is read", async () => {
		const pk = aPartition();
		const gone = { pk, sk: "a", ttl: secondsFromNow(-60) };
		const kept = { pk, sk: "b", ttl: secondsFromNow(3600) };
		await Promise.all([store().put(gone), store().put(kept)]);
		expect(await store().get(gone)).toBeUndefined();
		expect(await store().batchGet([gone, kept].map(({ sk }) => ({ pk, sk })))).toEqual([kept]);
		expect((await store().query({ pk })).items).toEqual([kept]);
	});

	it("lets an update bring an item's ttl forward", async () => {
		const key = aKey();
		await store().put({ ...key, ttl: secondsFromNow(3600) });
		await store().update(key, { set: { ttl: secondsFromNow(-60) } });
		expect(await store().get(key)).toBeUndefined();
	});
}
