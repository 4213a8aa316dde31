import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemLists } from "#adapters/items/lists.ts";
import type { EventsCollected } from "#contracts/bus/events-collected.ts";
import { eventsCollected } from "#contracts/bus/events-collected.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { type ListPart, uploadList } from "#domain/collect/upload-list.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { clearVault, phones } from "#test/support/phones.ts";

function open({ isBusDown = () => false }: { isBusDown?: () => boolean } = {}) {
	const entries: BusEntry[] = [];
	const now = () => new Date("2026-11-22T10:00:00.000Z");
	const lists = itemLists({ items: memoryItemStore(), now });
	let ids = 0;
	const publish = async (given: readonly BusEntry[]) => {
		if (isBusDown()) throw new Error("the bus is down");
		entries.push(...given);
	};
	const deps = {
		...{ lists, now, hash: sha256, byteLength: Buffer.byteLength },
		bus: { publish },
		newId: () => `batch-${++ids}`,
		identifying: { rules: DEFAULT_IDENTITY, vault: clearVault, phones },
	};
	const send = (emails: readonly string[], more: Partial<ListPart> = {}) =>
		uploadList(
			{
				...{ list: "vip", part: 1, isLast: true, allowEmpty: false, by: "ada" },
				columns: [{ namespace: "email", position: 0 }],
				rows: emails.map((email, i) => ({ line: i + 2, cells: [email] })),
				...more,
			},
			deps,
		);
	const inForce = async () => (await lists.find("vip"))?.inForce;
	return { send, lists, entries, inForce, details: () => entries.map(({ detail }) => detail as EventsCollected) };
}

describe("uploadList", () => {
	it("puts a row's event on the bus as the collector would, and the upload in force", async () => {
		const { send, entries, details, inForce } = open();
		expect(await send(["a@x.y", "bad", "b@x.y"])).toEqual({
			...{ kind: "taken", upload: 1, accepted: 2, rows: 2, isInForce: true },
			problems: [expect.objectContaining({ row: 2, code: "not_an_email" })],
		});
		expect(entries).toMatchObject([{ source: "tutti.collect", detailType: "EventsCollected" }]);
		expect(details().map((detail) => eventsCollected.parse(detail))).toMatchObject([
			{ source: "tutti.lists", batchId: "batch-1", names: ["Tutti List Uploaded"] },
		]);
		expect(await inForce()).toEqual({ upload: 1, rows: 2, at: "2026-11-22T10:00:00.000Z", by: "ada" });
	});

	it("leaves the list what it was until the last part is there", async () => {
		const { send, inForce } = open();
		await send(["a@x.y"]);
		const begun = await send(["b@x.y"], { isLast: false });
		expect(begun).toMatchObject({ upload: 2, rows: 1, isInForce: false });
		expect((await inForce())?.upload).toBe(1);
		expect(await send(["c@x.y", "d@x.y"], { upload: 2, part: 2 })).toMatchObject({ rows: 3, isInForce: true });
		expect(await inForce()).toMatchObject({ upload: 2, rows: 3 });
	});

	it("counts a part once however often it is sent, also the last one, in the same events", async () => {
		const { send, details, inForce } = open();
		await send(["a@x.y"], { isLast: false });
		await send(["b@x.y"], { upload: 1, part: 2, isLast: false });
		await send(["b@x.y"], { upload: 1, part: 2, isLast: false });
		await send(["c@x.y"], { upload: 1, part: 3 });
		expect(await send(["c@x.y"], { upload: 1, part: 3 })).toMatchObject({ rows: 3, isInForce: true });
		expect(await inForce()).toMatchObject({ upload: 1, rows: 3 });
		const ids = details().flatMap(({ events }) => events.map(({ messageId }) => messageId));
		expect([ids.length, new Set(ids).size]).toEqual([5, 3]);
	});

	it("says which parts are missing, and goes on once they are there", async () => {
		const { send, inForce } = open();
		await send(["a@x.y"], { isLast: false });
		expect(await send(["d@x.y"], { upload: 1, part: 4 })).toEqual({ kind: "parts missing", missing: [2, 3] });
		expect(await inForce()).toBeUndefined();
		for (const part of [2, 3]) await send(["b@x.y"], { upload: 1, part, isLast: false });
		expect(await send(["d@x.y"], { upload: 1, part: 4 })).toMatchObject({ kind: "taken", rows: 4, isInForce: true });
	});

	it("empties a list only when that is said", async () => {
		const { send, inForce } = open();
		await send(["a@x.y"]);
		expect(await send(["bad"])).toMatchObject({ kind: "empty", problems: [{ row: 1 }] });
		expect(await inForce()).toMatchObject({ upload: 1 });
		expect(await send([], { allowEmpty: true })).toMatchObject({ kind: "taken", rows: 0, isInForce: true });
		expect(await inForce()).toMatchObject({ upload: 3, rows: 0 });
	});

	it("does not go back to an upload that a later one overtook", async () => {
		const { send, inForce } = open();
		await send(["a@x.y"], { isLast: false });
		await send(["b@x.y"]);
		expect(await send(["c@x.y"], { upload: 1, part: 2 })).toEqual({ kind: "overtaken" });
		expect(await inForce()).toMatchObject({ upload: 2 });
	});

	it("takes no part of an upload that was never begun", async () => {
		expect(await open().send(["a@x.y"], { upload: 7, part: 2 })).toEqual({ kind: "unknown upload" });
	});

	it("counts nothing that the bus did not take", async () => {
		let isDown = true;
		const { send, lists, inForce } = open({ isBusDown: () => isDown });
		await expect(send(["a@x.y"])).rejects.toThrow("the bus is down");
		expect((await lists.upload("vip", 1))?.parts).toEqual(new Map());
		isDown = false;
		expect(await send(["a@x.y"], { upload: 1 })).toMatchObject({ kind: "taken", rows: 1 });
		expect((await inForce())?.upload).toBe(1);
	});

	it("keeps each envelope below what the bus takes", async () => {
		const { send, details } = open();
		await send(Array.from({ length: 2000 }, (_, i) => `person-${i}@example.com`));
		const sizes = details().map((detail) => Buffer.byteLength(JSON.stringify(detail)));
		expect(sizes.length).toBeGreaterThan(1);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(240 * 1024);
		expect(details().flatMap(({ events }) => events)).toHaveLength(2000);
	});
});
