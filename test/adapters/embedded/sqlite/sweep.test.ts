import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("clears expired items out of the file while others are written, so that it does not grow for ever", async () => {
	const { folder, remove } = temporaryFolder();
	const database = openDatabase(join(folder, "tutti.db"));
	let seconds = 1_000_000;
	const store = sqliteItemStore({ database, now: () => new Date(seconds * 1000) });
	for (let n = 0; n < 2500; n++) await store.put({ pk: `X#${n}`, sk: "ROW", ttl: seconds + 10 });
	await store.put({ pk: "kept", sk: "ROW", ttl: seconds + 1000 });
	seconds += 11;
	for (let n = 0; n < 3; n++, seconds++) await store.put({ pk: "written", sk: "ROW" });
	const left = database.connection.prepare("SELECT pk FROM items ORDER BY pk").all();
	expect(left.map((row) => row.pk)).toEqual(["kept", "written"]);
	database.close();
	remove();
});

it("treats an expired item that is still in the file as one that is not there", async () => {
	const { folder, remove } = temporaryFolder();
	const database = openDatabase(join(folder, "tutti.db"));
	let seconds = 1_000_000;
	const store = sqliteItemStore({ database, now: () => new Date(seconds * 1000) });
	const key = { pk: "X", sk: "ROW" };
	await store.put({ ...key, count: 5, ttl: seconds + 0.5 });
	seconds += 1;
	expect(await store.put({ ...key, first: true }, { present: true })).toEqual({ kind: "refused", at: [0] });
	await store.update(key, { add: { count: 1 } }, { absent: true });
	expect(await store.get(key)).toEqual({ ...key, count: 1 });
	database.close();
	remove();
});
