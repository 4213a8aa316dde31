import { expect, it } from "vitest";
import type { ItemStore, Write } from "#adapters/items/item-store.ts";
import { aKey, aPartition } from "./partitions.ts";

/** All writes of a transaction happen, or none. */
export function transactionsContract(store: () => ItemStore): void {
	it("does every kind of write at once", async () => {
		const [made, changed, deleted, checked] = [aKey(), aKey(), aKey(), aKey()];
		for (const key of [changed, deleted, checked]) await store().put({ ...key, version: 1 });
		const answer = await store().transact([
			{ kind: "put", item: { ...made, fresh: true }, condition: { absent: true } },
			{ kind: "update", key: changed, changes: { add: { version: 1 } }, condition: { equals: { version: 1 } } },
			{ kind: "delete", key: deleted, condition: { present: true } },
			{ kind: "check", key: checked, condition: { equals: { version: 1 } } },
		]);
		expect(answer).toEqual({ kind: "written" });
		expect(await store().get(made)).toEqual({ ...made, fresh: true });
		expect(await store().get(changed)).toEqual({ ...changed, version: 2 });
		expect(await store().get(deleted)).toBeUndefined();
		expect(await store().get(checked)).toEqual({ ...checked, version: 1 });
	});

	it("does none of them when one condition does not hold, and says which", async () => {
		const [made, changed, deleted, there] = [aKey(), aKey(), aKey(), aKey()];
		for (const key of [changed, deleted, there]) await store().put({ ...key, version: 1 });
		const answer = await store().transact([
			{ kind: "put", item: { ...made, fresh: true } },
			{ kind: "update", key: changed, changes: { add: { version: 1 } } },
			{ kind: "put", item: { ...there, version: 2 }, condition: { absent: true } },
			{ kind: "delete", key: deleted },
		]);
		expect(answer).toEqual({ kind: "refused", at: [2] });
		expect(await store().get(made)).toBeUndefined();
		for (const key of [changed, deleted, there]) expect(await store().get(key)).toEqual({ ...key, version: 1 });
	});

	it("says every position whose condition does not hold", async () => {
		const [absent, present] = [aKey(), aKey()];
		await store().put({ ...present, version: 1 });
		const answer = await store().transact([
			{ kind: "check", key: absent, condition: { present: true } },
			{ kind: "put", item: aKey(), condition: { absent: true } },
			{ kind: "update", key: present, changes: { add: { version: 1 } }, condition: { equals: { version: 9 } } },
			{ kind: "delete", key: aKey(), condition: { present: true } },
		]);
		expect(answer).toEqual({ kind: "refused", at: [0, 2, 3] });
	});

	it("takes a hundred writes", async () => {
		const pk = aPartition();
		const writes = Array.from({ length: 100 }, (_, n): Write => ({ kind: "put", item: { pk, sk: `${n}`, n } }));
		expect(await store().transact(writes)).toEqual({ kind: "written" });
		expect((await store().query({ pk, limit: 1000 })).items).toHaveLength(100);
	});

	it("undoes ninety-nine writes for the hundredth", async () => {
		const pk = aPartition();
		const puts = Array.from({ length: 99 }, (_, n): Write => ({ kind: "put", item: { pk, sk: `${n}` } }));
		const answer = await store().transact([...puts, { kind: "check", key: aKey(), condition: { present: true } }]);
		expect(answer).toEqual({ kind: "refused", at: [99] });
		expect((await store().query({ pk })).items).toEqual([]);
	});

	it("does none of them, and throws, when one cannot be done at all", async () => {
		const [made, text] = [aKey(), aKey()];
		await store().put({ ...text, count: "many" });
		const adding = store().transact([
			{ kind: "put", item: { ...made, fresh: true } },
			{ kind: "update", key: text, changes: { add: { count: 1 } } },
		]);
		await expect(adding).rejects.toThrow();
		expect(await store().get(made)).toBeUndefined();
		expect(await store().get(text)).toEqual({ ...text, count: "many" });
	});

	it("throws on more than a hundred writes, and does none", async () => {
		const pk = aPartition();
		const writes = Array.from({ length: 101 }, (_, n): Write => ({ kind: "put", item: { pk, sk: `${n}` } }));
		await expect(store().transact(writes)).rejects.toThrow();
		expect((await store().query({ pk })).items).toEqual([]);
	});

	it("has nothing to do for no writes", async () => {
		expect(await store().transact([])).toEqual({ kind: "written" });
	});

	it("lets one transaction at most have a version; the others are refused or throw for a retry", async () => {
		const [left, right] = [aKey(), aKey()];
		for (const key of [left, right]) await store().put({ ...key, version: 0 });
		const settled = await Promise.allSettled(
			Array.from({ length: 8 }, (_, writer) =>
				store().transact(
					[left, right].map((key) => ({
						kind: "update",
						key,
						changes: { set: { writer }, add: { version: 1 } },
						condition: { equals: { version: 0 } },
					})),
				),
			),
		);
		const won = settled.flatMap((s, i) => (s.status === "fulfilled" && s.value.kind === "written" ? [i] : []));
		expect(won.length).toBeLessThanOrEqual(1);
		const [winner] = won;
		const attributes = winner === undefined ? { version: 0 } : { version: 1, writer: winner };
		expect(await store().get(left)).toEqual({ ...left, ...attributes });
		expect(await store().get(right)).toEqual({ ...right, ...attributes });
	});
}
