import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemTransitionCounts } from "#adapters/items/transition-counts.ts";
import type { Transition } from "#domain/segment/transition-counts.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const DAY = "2026-03-10";

function open(others?: () => Promise<void>) {
	const items = memoryItemStore(others);
	const now = () => new Date(`${DAY}T12:00:00.000Z`);
	const countsFor = (entry: string) =>
		itemTransitionCounts({ items: grantedStore(entry, items), hash: sha256, now, pause: async () => {} });
	const { count } = countsFor("unify/publish-changes");
	const { days } = countsFor("admin/serve-admin-api");
	return { items, counts: { count, days } };
}

const transition = (n: number, kind: Transition["kind"] = "entered", day = DAY): Transition => ({
	id: `p${n}:gold:1`,
	segmentId: "gold",
	kind,
	at: `${day}T10:00:00.000Z`,
});
const some = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => transition(from + i));

describe("itemTransitionCounts", () => {
	it("counts by segment, day and kind, the latest day first", async () => {
		const { counts } = open();
		await counts.count([transition(1), transition(2), transition(3, "exited"), transition(4, "exited", "2026-03-09")]);
		await counts.count([{ ...transition(5), segmentId: "silver" }, transition(6, "exited")]);
		expect(await counts.days("gold", 10)).toEqual([
			{ day: DAY, entered: 2, exited: 2 },
			{ day: "2026-03-09", entered: 0, exited: 1 },
		]);
		expect(await counts.days("gold", 1)).toHaveLength(1);
	});

	it("counts each once, however its batch comes again: whole, cut in half, or with others behind it", async () => {
		const { counts } = open();
		await counts.count(some(0, 100));
		await counts.count(some(0, 100));
		await counts.count(some(50, 100));
		await counts.count(some(80, 140));
		expect(await counts.days("gold", 10)).toEqual([{ day: DAY, entered: 140, exited: 0 }]);
	});

	it("loses nothing while others count at the same moment", async () => {
		const { counts } = open(() => new Promise((resolve) => setImmediate(resolve)));
		await Promise.all(Array.from({ length: 5 }, (_, worker) => counts.count(some(worker * 10, worker * 10 + 10))));
		expect(await counts.days("gold", 10)).toEqual([{ day: DAY, entered: 50, exited: 0 }]);
	});

	it("costs one write of a kilobyte at most a batch, and none for what was counted", async () => {
		const { items, counts } = open();
		await counts.count(some(0, 100));
		await counts.count(some(100, 200));
		await counts.count(some(150, 200));
		expect(items.counts.writes).toBe(2);
		const [item] = (await items.query({ pk: "SEGM#gold" })).items;
		expect(JSON.stringify(item).length).toBeLessThanOrEqual(1024);
	});
});
