import { beforeAll, describe, expect, it } from "vitest";
import type { ItemQuery, ItemStore } from "#adapters/items/item-store.ts";
import { allPages, aPartition, sortKeys } from "./partitions.ts";

/** In the order of their UTF-8 bytes. UTF-16 would put the emoji before `～`, a locale `a` before `B`. */
const SORTED = ["!", "A#1", "A#10", "A#2", "A#é", "A#～", "A#😀", "B", "_", "a", "a\u0001", "ab", "é", "～", "😀"];

/** A partition is read in the order of its sort keys. */
export function queriesContract(store: () => ItemStore): void {
	const pk = aPartition();
	beforeAll(async () => {
		await Promise.all(SORTED.map((sk) => store().put({ pk, sk })));
		await store().put({ pk: `${pk}2`, sk: "A#1" });
		await store().put({ pk: pk.slice(0, -1), sk: "A#1" });
	});

	it.each<{ what: string; query: Omit<ItemQuery, "pk">; expected: string[] }>([
		{ what: "all, in byte order", query: {}, expected: SORTED },
		{ what: "all, backward", query: { reverse: true }, expected: SORTED.toReversed() },
		{ what: "a prefix", query: { prefix: "A#" }, expected: SORTED.slice(1, 7) },
		{ what: "a prefix, backward", query: { prefix: "A#", reverse: true }, expected: SORTED.slice(1, 7).toReversed() },
		{ what: "a prefix that is a key itself", query: { prefix: "A#1" }, expected: ["A#1", "A#10"] },
		{ what: "a prefix of several bytes", query: { prefix: "A#😀" }, expected: ["A#😀"] },
		{ what: "a prefix nothing has", query: { prefix: "nothing" }, expected: [] },
		{ what: "from a key on, with it", query: { from: "_" }, expected: SORTED.slice(8) },
		{ what: "up to a key, with it", query: { to: "A#10" }, expected: SORTED.slice(0, 3) },
		{ what: "between two keys, with both", query: { from: "A#10", to: "B" }, expected: SORTED.slice(2, 8) },
		{ what: "between bounds that are no keys", query: { from: "A#11", to: "Z" }, expected: SORTED.slice(3, 8) },
		{ what: "between, backward", query: { from: "_", to: "a", reverse: true }, expected: ["a", "_"] },
	])("reads $what", async ({ query, expected }) => {
		expect(await sortKeys(store(), { pk, ...query })).toEqual(expected);
	});

	it("reads nothing of a partition that is not there", async () => {
		expect(await sortKeys(store(), { pk: aPartition() })).toEqual([]);
	});

	describe("page by page", () => {
		it.each<{ limit: number; query: Omit<ItemQuery, "pk"> }>([
			{ limit: 1, query: {} },
			{ limit: 2, query: { reverse: true } },
			{ limit: 3, query: { prefix: "A#" } },
			{ limit: 3, query: { prefix: "A#", reverse: true } },
			{ limit: 2, query: { from: "A#10", to: "a" } },
			{ limit: 5, query: { from: "A#10", to: "a", reverse: true } },
			{ limit: 1000, query: {} },
		])("limit $limit of $query gives what one page would, none twice", async ({ limit, query }) => {
			const whole = await sortKeys(store(), { pk, ...query });
			const { items, sizes } = await allPages(store(), { pk, ...query, limit });
			expect(whole.length).toBeGreaterThan(0);
			expect(items.map((item) => item.sk)).toEqual(whole);
			expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
		});

		it("has no cursor when the page ends before the limit", async () => {
			expect((await store().query({ pk, limit: SORTED.length + 1 })).cursor).toBeUndefined();
		});

		it("gives at most 100 items when no limit is asked for", async () => {
			const many = aPartition();
			const numbers = Array.from({ length: 120 }, (_, n) => String(n).padStart(3, "0"));
			await Promise.all(numbers.map((sk) => store().put({ pk: many, sk })));
			expect((await store().query({ pk: many })).items).toHaveLength(100);
			expect(await sortKeys(store(), { pk: many })).toEqual(numbers);
		});

		it("goes on past pages of items whose ttl has passed", async () => {
			const half = aPartition();
			const past = Math.floor(Date.now() / 1000) - 60;
			const numbers = Array.from({ length: 12 }, (_, n) => String(n).padStart(3, "0"));
			await Promise.all(numbers.map((sk, n) => store().put({ pk: half, sk, ...(n < 9 ? { ttl: past } : {}) })));
			expect((await allPages(store(), { pk: half, limit: 2 })).items.map((item) => item.sk)).toEqual(numbers.slice(9));
		});

		it("loses nothing when a page is larger than the database answers at once", async () => {
			const large = aPartition();
			const text = "x".repeat(100_000); // DynamoDB answers 1 MB a page
			const numbers = Array.from({ length: 25 }, (_, n) => String(n).padStart(3, "0"));
			for (const sk of numbers) await store().put({ pk: large, sk, text });
			expect(await sortKeys(store(), { pk: large, limit: 1000 })).toEqual(numbers);
		});

		it("keeps its place while items before the cursor come and go", async () => {
			const moving = aPartition();
			for (const sk of ["b", "c", "d", "e"]) await store().put({ pk: moving, sk });
			const { items, cursor } = await store().query({ pk: moving, limit: 2 });
			expect(items.map((item) => item.sk)).toEqual(["b", "c"]);
			await Promise.all([store().put({ pk: moving, sk: "a" }), store().delete({ pk: moving, sk: "c" })]);
			expect(cursor).toBeDefined();
			const rest = await store().query({ pk: moving, limit: 3, ...(cursor === undefined ? {} : { cursor }) });
			expect(rest.items.map((item) => item.sk)).toEqual(["d", "e"]);
		});
	});
}
