import { describe, expect, it } from "vitest";
import type { Condition, ItemStore } from "#adapters/items/item-store.ts";
import { aKey } from "./partitions.ts";

const WRITTEN = { kind: "written" };
const REFUSED = { kind: "refused", at: [0] };
const STORED = { text: "a", empty: "", number: 1, yes: true, no: false, nothing: null, version: 7 };

/** Whether each condition holds of an item with the attributes of STORED, and of no item at all. */
export const CONDITIONS: readonly { condition: Condition; ofItem: boolean; ofNone: boolean }[] = [
	{ condition: {}, ofItem: true, ofNone: true },
	{ condition: { absent: true }, ofItem: false, ofNone: true },
	{ condition: { present: true }, ofItem: true, ofNone: false },
	{ condition: { equals: { text: "a" } }, ofItem: true, ofNone: false },
	{ condition: { equals: { text: "A" } }, ofItem: false, ofNone: false },
	{ condition: { equals: { empty: "" } }, ofItem: true, ofNone: false },
	{ condition: { equals: { number: 1 } }, ofItem: true, ofNone: false },
	{ condition: { equals: { number: "1" } }, ofItem: false, ofNone: false },
	{ condition: { equals: { yes: true } }, ofItem: true, ofNone: false },
	{ condition: { equals: { yes: 1 } }, ofItem: false, ofNone: false },
	{ condition: { equals: { no: false } }, ofItem: true, ofNone: false },
	{ condition: { equals: { no: 0 } }, ofItem: false, ofNone: false },
	{ condition: { equals: { nothing: null } }, ofItem: true, ofNone: true },
	{ condition: { equals: { missing: null } }, ofItem: true, ofNone: true },
	{ condition: { equals: { text: null } }, ofItem: false, ofNone: true },
	{ condition: { equals: { missing: "a" } }, ofItem: false, ofNone: false },
	{ condition: { equals: { nothing: "" } }, ofItem: false, ofNone: false },
	{ condition: { equals: { text: "a", version: 7 } }, ofItem: true, ofNone: false },
	{ condition: { equals: { text: "a", version: 8 } }, ofItem: false, ofNone: false },
	{ condition: { present: true, equals: { missing: null } }, ofItem: true, ofNone: false },
	{ condition: { present: true, equals: { version: null } }, ofItem: false, ofNone: false },
];

/** A write happens only when its condition holds; refused, it changes nothing. */
export function conditionsContract(store: () => ItemStore, conditions = CONDITIONS): void {
	const kept = async (there: boolean) => {
		const key = aKey();
		if (there) await store().put({ ...key, ...STORED });
		return { key, before: await store().get(key) };
	};
	const cases = conditions.flatMap(({ condition, ofItem, ofNone }) => [
		{ condition, there: true, holds: ofItem },
		{ condition, there: false, holds: ofNone },
	]);

	describe.each(cases)("$condition, item there: $there, holds: $holds", ({ condition, there, holds }) => {
		it("of a put", async () => {
			const { key, before } = await kept(there);
			expect(await store().put({ ...key, put: 1 }, condition)).toEqual(holds ? WRITTEN : REFUSED);
			expect(await store().get(key)).toEqual(holds ? { ...key, put: 1 } : before);
		});

		it("of an update", async () => {
			const { key, before } = await kept(there);
			const answer = await store().update(key, { set: { text: "changed" }, add: { version: 1 } }, condition);
			expect(answer).toEqual(holds ? WRITTEN : REFUSED);
			const changed = { ...key, ...before, text: "changed", version: there ? 8 : 1 };
			expect(await store().get(key)).toEqual(holds ? changed : before);
		});

		it("of a delete", async () => {
			const { key, before } = await kept(there);
			expect(await store().delete(key, condition)).toEqual(holds ? WRITTEN : REFUSED);
			expect(await store().get(key)).toEqual(holds ? undefined : before);
		});

		it("of a check, in a transaction with another write", async () => {
			const { key, before } = await kept(there);
			const other = aKey();
			const answer = await store().transact([
				{ kind: "put", item: { ...other, here: true } },
				{ kind: "check", key, condition },
			]);
			expect(answer).toEqual(holds ? WRITTEN : { kind: "refused", at: [1] });
			expect(await store().get(other)).toEqual(holds ? { ...other, here: true } : undefined);
			expect(await store().get(key)).toEqual(before);
		});
	});

	it("lets exactly one of many writers at once have each version", async () => {
		const key = aKey();
		await store().put({ ...key, version: 0 });
		for (let version = 0; version < 5; version++) {
			const writers = Array.from({ length: 8 }, (_, writer) =>
				store().update(key, { set: { writer }, add: { version: 1 } }, { equals: { version } }),
			);
			const answers = await Promise.all(writers);
			expect(answers.filter((answer) => answer.kind === "written")).toHaveLength(1);
			const winner = answers.findIndex((answer) => answer.kind === "written");
			expect(await store().get(key)).toEqual({ ...key, version: version + 1, writer: winner });
		}
	});

	it("lets exactly one of many makers at once make an item", async () => {
		const key = aKey();
		const answers = await Promise.all(
			Array.from({ length: 8 }, (_, maker) => store().put({ ...key, maker }, { absent: true })),
		);
		expect(answers.filter((answer) => answer.kind === "written")).toHaveLength(1);
		expect(await store().get(key)).toEqual({ ...key, maker: answers.findIndex((a) => a.kind === "written") });
	});
}
