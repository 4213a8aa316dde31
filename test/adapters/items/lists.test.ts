import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { keys } from "#adapters/items/keys.ts";
import { itemLists, MAX_LISTS } from "#adapters/items/lists.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { aSegment } from "../../domain/rules/definitions.ts";
import { openStore } from "./open-store.ts";

function open(items = memoryItemStore() as ReturnType<typeof openStore>) {
	let time = Date.parse("2026-03-01T10:00:00.000Z");
	const now = () => new Date(time);
	const lists = itemLists({ items, now });
	const register = itemDefinitionRegister({ items, hash: sha256, now });
	return {
		items,
		lists,
		definitions: itemDefinitions({ items, now }),
		apply: (id: string) => applyWorkspace(() => [aSegment(id)], "ada", { register, hash: sha256 }),
		pass: (seconds: number) => {
			time += seconds * 1000;
		},
		async upload(list: string, rows: number) {
			const begun = await lists.begin(list, "ada");
			if (begun === "full") throw new Error("there is room");
			return lists.finish(list, await lists.addPart(list, begun, { number: 1, rows }));
		},
	};
}

describe.each([
	{ store: "in memory", make: () => open() },
	{ store: "in SQLite", make: () => open(openStore()) },
])("lists $store", ({ make }) => {
	it("says within seconds which upload is in force to whoever works with the definitions", async () => {
		const { definitions, apply, upload, pass } = make();
		await apply("gold");
		expect((await definitions.current()).lists).toEqual(new Map());
		await upload("vip", 3);
		await upload("vip", 4);
		await upload("staff", 1);
		pass(6);
		const lists = new Map([
			["staff", 1],
			["vip", 2],
		]);
		expect((await definitions.current()).lists).toEqual(lists);
		await apply("silver");
		pass(6);
		expect((await definitions.current()).lists).toEqual(lists);
	});

	it("is known with the first definitions when it was uploaded before there were any", async () => {
		const { definitions, apply, upload, pass } = make();
		await upload("vip", 3);
		await apply("gold");
		pass(6);
		expect((await definitions.current()).lists).toEqual(new Map([["vip", 1]]));
	});

	it("says nothing of an upload that is not finished, but keeps it", async () => {
		const { lists, definitions, apply, pass } = make();
		await apply("gold");
		await lists.begin("vip", "ada");
		pass(6);
		expect((await definitions.current()).lists).toEqual(new Map());
		expect(await lists.all()).toEqual([{ id: "vip" }]);
		expect(await lists.uploads("vip", 10)).toMatchObject([{ number: 1, by: "ada", parts: new Map() }]);
	});

	it("gives out each number once, also to those who begin at the same time", async () => {
		const { lists } = make();
		const begun = await Promise.all([1, 2, 3].map(() => lists.begin("vip", "ada")));
		expect(begun.map((upload) => upload !== "full" && upload.number).sort()).toEqual([1, 2, 3]);
	});

	it("keeps parts that come at the same time, and the last of a part that comes again", async () => {
		const { lists } = make();
		const begun = await lists.begin("vip", "ada");
		if (begun === "full") throw new Error("there is room");
		await Promise.all([1, 2, 3, 2].map((number) => lists.addPart("vip", begun, { number, rows: number * 10 })));
		const { parts } = await lists.addPart("vip", begun, { number: 1, rows: 9 });
		expect(new Map([...parts].sort())).toEqual(
			new Map([
				[1, 9],
				[2, 20],
				[3, 30],
			]),
		);
	});

	it("never goes back to an earlier upload; the same again changes nothing", async () => {
		const { lists, upload } = make();
		const first = await lists.begin("vip", "ada");
		if (first === "full") throw new Error("there is room");
		await upload("vip", 1);
		expect(await lists.finish("vip", first)).toBe("overtaken");
		const second = await lists.upload("vip", 2);
		expect(second && (await lists.finish("vip", second))).toBe("finished");
		expect((await lists.find("vip"))?.inForce?.upload).toBe(2);
		expect((await lists.uploads("vip", 10)).map(({ number }) => number)).toEqual([2, 1]);
	});
});

describe("lists", () => {
	it("end at 1,000; those that are there take further uploads", async () => {
		const { items, lists } = open();
		for (let i = 0; i < MAX_LISTS; i++) await items.put({ ...keys.list(`list-${i}`), begun: 1 });
		expect(await lists.begin("vip", "ada")).toBe("full");
		expect(await lists.begin("list-7", "ada")).toMatchObject({ number: 2 });
	});
});
