import { expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { aKey } from "./partitions.ts";

const WRITTEN = { kind: "written" };

/** Puts replace, updates change, deletes remove. */
export function writesContract(store: () => ItemStore): void {
	it("replaces a whole item with a put", async () => {
		const key = aKey();
		await store().put({ ...key, a: 1, b: 2 });
		expect(await store().put({ ...key, b: 3 })).toEqual(WRITTEN);
		expect(await store().get(key)).toEqual({ ...key, b: 3 });
	});

	it("creates an item that is not there with an update", async () => {
		const key = aKey();
		expect(await store().update(key, { set: { a: "x" } })).toEqual(WRITTEN);
		expect(await store().get(key)).toEqual({ ...key, a: "x" });
	});

	it("sets, adds and removes in one update and leaves the rest", async () => {
		const key = aKey();
		await store().put({ ...key, kept: "k", set: { deep: 1 }, count: 5, gone: true });
		await store().update(key, { set: { set: [2] }, add: { count: -7, fresh: 3 }, remove: ["gone", "never there"] });
		expect(await store().get(key)).toEqual({ ...key, kept: "k", set: [2], count: -2, fresh: 3 });
	});

	it("adds from zero when the attribute or the item is absent", async () => {
		const key = aKey();
		await store().update(key, { add: { count: 2 } });
		await store().update(key, { add: { count: 3, other: 0.25 } });
		expect(await store().get(key)).toEqual({ ...key, count: 5, other: 0.25 });
	});

	it("counts every one of many additions made at once", async () => {
		const key = aKey();
		await Promise.all(Array.from({ length: 50 }, () => store().update(key, { add: { count: 1 } })));
		expect(await store().get(key)).toEqual({ ...key, count: 50 });
	});

	it("keeps exact counts beyond 32 bits", async () => {
		const key = aKey();
		await store().put({ ...key, count: 2 ** 40 });
		await store().update(key, { add: { count: 1 } });
		expect(await store().get(key)).toEqual({ ...key, count: 2 ** 40 + 1 });
	});

	it("removes nothing from an item that is not there, and makes it", async () => {
		const key = aKey();
		expect(await store().update(key, { remove: ["a"] })).toEqual(WRITTEN);
		expect(await store().get(key)).toEqual(key);
	});

	it("throws on adding to what is not a number, and changes nothing", async () => {
		const key = aKey();
		await store().put({ ...key, count: "many" });
		await expect(store().update(key, { set: { a: 1 }, add: { count: 1 } })).rejects.toThrow();
		expect(await store().get(key)).toEqual({ ...key, count: "many" });
	});

	it("deletes, and deleting again is no error", async () => {
		const key = aKey();
		await store().put({ ...key, a: 1 });
		expect(await store().delete(key)).toEqual(WRITTEN);
		expect(await store().get(key)).toBeUndefined();
		expect(await store().delete(key)).toEqual(WRITTEN);
	});

	it("gives back copies: changing what was read or written changes nothing kept", async () => {
		const key = aKey();
		const list = [1];
		await store().put({ ...key, list });
		list.push(2);
		const read = await store().get(key);
		(read?.list as number[] | undefined)?.push(3);
		expect(await store().get(key)).toEqual({ ...key, list: [1] });
	});
}
