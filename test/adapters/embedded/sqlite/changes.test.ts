import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type ChangeFeed, sqliteChanges } from "#adapters/embedded/sqlite/changes.ts";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { keys } from "#adapters/items/keys.ts";
import { outboxEntry, outboxWrite } from "#adapters/items/outbox.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const NOW = new Date("2026-03-04T10:00:00.000Z");
const entry = (n: number) => ({ source: "tutti.unify", detailType: "ProfilesMerged", detail: { n } });

describe("sqliteChanges", () => {
	let file: string;
	let database: Database;
	let store: ItemStore;
	let changes: ChangeFeed;
	const open = () => {
		database = openDatabase(file);
		store = sqliteItemStore({ database, now: () => NOW });
		changes = sqliteChanges(database);
	};
	beforeEach(() => {
		const { folder, remove } = temporaryFolder();
		file = join(folder, "tutti.db");
		open();
		return () => {
			database.close();
			remove();
		};
	});
	const put = (...numbers: number[]) => store.transact(numbers.map((n) => outboxWrite(`t${n}`, entry(n), NOW)));
	const numbersIn = (max: number) =>
		// the outbox's own rows
		changes.readChanges(max).map(({ item }) => outboxEntry(item as unknown as { entry: string }).detail);

	it("feeds the rows of the outbox in the order they were put, and no other item", async () => {
		await store.put({ ...keys.view("p"), a: 1 });
		await put(1, 2);
		await store.put({ pk: "OUT", sk: "no outbox" });
		await store.put({ pk: "out#3", sk: "ROW" });
		expect(changes.readChanges(10).map(({ item }) => item.pk)).toEqual(["OUT#t1", "OUT#t2"]);
		expect(numbersIn(10)).toEqual([{ n: 1 }, { n: 2 }]);
	});

	it("feeds the same changes until they are acknowledged, and then never again", async () => {
		await put(1, 2, 3);
		const [first, second] = changes.readChanges(2);
		expect(changes.readChanges(2)).toEqual([first, second]);
		changes.acknowledge([second?.changeId ?? ""]);
		expect(numbersIn(10)).toEqual([{ n: 1 }, { n: 3 }]);
		expect(changes.pending()).toBe(2);
		changes.acknowledge(changes.readChanges(10).map(({ changeId }) => changeId));
		expect([changes.readChanges(10), changes.pending()]).toEqual([[], 0]);
	});

	it("feeds nothing of a refused transaction", async () => {
		const check = { kind: "check", key: keys.view("p"), condition: { present: true } } as const;
		const answer = await store.transact([outboxWrite("t1", entry(1), NOW), check]);
		expect(answer.kind).toBe("refused");
		expect(changes.pending()).toBe(0);
	});

	it("does not tell the same news twice, even after it was acknowledged", async () => {
		await put(1);
		changes.acknowledge(changes.readChanges(1).map(({ changeId }) => changeId));
		await put(1);
		expect(changes.pending()).toBe(0);
	});

	it("feeds nothing when rows of the outbox change or go", async () => {
		await put(1);
		changes.acknowledge(changes.readChanges(1).map(({ changeId }) => changeId));
		await store.update(keys.outbox("t1"), { set: { seen: true } });
		await store.delete(keys.outbox("t1"));
		expect(changes.pending()).toBe(0);
	});

	it("keeps what was not acknowledged when the file is opened again, and goes on counting", async () => {
		await put(1, 2);
		const [first, second] = changes.readChanges(2);
		changes.acknowledge([first?.changeId ?? "", second?.changeId ?? ""]);
		await put(3);
		database.close();
		open();
		await put(4);
		expect(numbersIn(10)).toEqual([{ n: 3 }, { n: 4 }]);
		expect(changes.readChanges(10).map(({ changeId }) => changeId)).not.toContain(second?.changeId);
	});
});
