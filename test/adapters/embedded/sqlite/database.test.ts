import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { DatabaseUnusable, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("openDatabase", () => {
	let folder: string;
	beforeEach(() => {
		const made = temporaryFolder();
		folder = made.folder;
		return made.remove;
	});
	const rowsOf = (file: string) => {
		const database = openDatabase(file);
		const rows = database.connection.prepare("SELECT pk FROM items ORDER BY pk").all();
		database.close();
		return rows.map((row) => row.pk);
	};
	const sqlite = (file: string, sql: string) => {
		const connection = new DatabaseSync(file);
		connection.exec(sql);
		connection.close();
	};
	const insert = (database: ReturnType<typeof openDatabase>, pk: string) =>
		database.connection.prepare("INSERT INTO items (pk, sk, attributes) VALUES (?, 's', '{}')").run(pk);

	it("makes the file and its folders, and finds what was written when it is opened again", () => {
		const file = join(folder, "new", "deep", "tutti.db");
		const database = openDatabase(file);
		insert(database, "a");
		database.close();
		expect(rowsOf(file)).toEqual(["a"]);
	});

	it("undoes a transaction that throws, and can do the next one", () => {
		const file = join(folder, "tutti.db");
		const database = openDatabase(file);
		expect(() =>
			database.transaction(() => {
				insert(database, "undone");
				throw new Error("half-way");
			}),
		).toThrow("half-way");
		database.transaction(() => insert(database, "done"));
		database.close();
		expect(rowsOf(file)).toEqual(["done"]);
	});

	it.each<{ what: string; spoil: (file: string) => void; reason: string }>([
		{ what: "text", spoil: (file) => writeFileSync(file, "x".repeat(5000)), reason: "it is not a database" },
		{ what: "a folder", spoil: (file) => mkdirSync(file), reason: "it cannot be opened" },
		{
			what: "another program's database",
			spoil: (file) => sqlite(file, "CREATE TABLE theirs (a)"),
			reason: "it belongs to another program",
		},
		{
			what: "a newer version's database",
			spoil: (file) => {
				openDatabase(file).close();
				sqlite(file, "PRAGMA user_version = 1000");
			},
			reason: "it was written by a newer version of Tutti",
		},
		{
			what: "an older build's database",
			spoil: (file) => {
				openDatabase(file).close();
				sqlite(file, "PRAGMA user_version = 1");
			},
			reason: "it was written by an older build",
		},
		{
			what: "a damaged database",
			spoil: (file) => {
				openDatabase(file).close();
				writeFileSync(file, Buffer.alloc(4096, 0xff), { flag: "r+" });
			},
			reason: "it is not a database",
		},
	])("says in one line that the file is $what", ({ spoil, reason }) => {
		const file = join(folder, "tutti.db");
		spoil(file);
		const open = () => openDatabase(file);
		expect(open).toThrow(DatabaseUnusable);
		expect(open).toThrow(`the database ${file} cannot be used: ${reason}`);
		expect(open).not.toThrow("\n");
	});

	it("says that the folder is a file", () => {
		writeFileSync(join(folder, "data"), "");
		expect(() => openDatabase(join(folder, "data", "tutti.db"))).toThrow("its folder is a file");
		expect(() => openDatabase(join(folder, "data", "deeper", "tutti.db"))).toThrow("a part of its path is a file");
	});

	it("lets nobody else have the file until it is closed", () => {
		const file = join(folder, "tutti.db");
		const database = openDatabase(file);
		expect(() => openDatabase(file)).toThrow("another process is using it");
		database.close();
		expect(rowsOf(file)).toEqual([]);
	});
});
