import { describe, expect, it } from "vitest";
import type { Condition, ItemStore } from "#adapters/items/item-store.ts";
import { aKey } from "#test/adapters/item-store/partitions.ts";

const CONDITIONS: { condition: Condition; holds: boolean }[] = [
	{ condition: { absent: true }, holds: true },
	{ condition: { present: true }, holds: false },
	{ condition: { equals: { version: 7 } }, holds: false },
	{ condition: { equals: { version: null } }, holds: true },
];

/** DynamoDB keeps an item for days after its `ttl`. Conditions must say of it what reads say: that it is not there. */
export function expiredItemsSuite(store: () => ItemStore): void {
	const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

	describe.each(CONDITIONS)("$condition", ({ condition, holds }) => {
		it(`${holds ? "holds" : "does not hold"} of an item whose ttl has passed`, async () => {
			const key = aKey();
			await store().put({ ...key, version: 7, ttl: secondsFromNow(-60) });
			const answer = await store().put({ ...key, fresh: true }, condition);
			expect(answer).toEqual(holds ? { kind: "written" } : { kind: "refused", at: [0] });
			expect(await store().get(key)).toEqual(holds ? { ...key, fresh: true } : undefined);
		});

		it(`${holds ? "does not hold" : "holds"} of the same item before its ttl`, async () => {
			const key = aKey();
			await store().put({ ...key, version: 7, ttl: secondsFromNow(3600) });
			const answer = await store().transact([{ kind: "check", key, condition }]);
			expect(answer).toEqual(holds ? { kind: "refused", at: [0] } : { kind: "written" });
		});
	});
}
