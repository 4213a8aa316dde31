import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CannotPack } from "#adapters/embedded/duckdb/pack-files.ts";
import {
	DAY,
	everyRow,
	filesOf,
	idsOf,
	LAST_DAY,
	openArchives,
	openFolder,
	packAll,
	someEvents,
} from "./packed-archive.ts";

describe("a file that cannot be packed", () => {
	it("stays as it is, says so without quoting it, and keeps no other from being packed", async () => {
		const { archive, sql, folder, close } = await openFolder(1);
		for (const event of someEvents(3)) await archive.store([event]);
		const first = join(folder, "events", DAY, "000001.ndjson");
		const whole = readFileSync(first, "utf8");
		writeFileSync(first, `${whole.slice(0, 40)}ada@example.com${whole.slice(40, -20)}\n`);
		const error = await sql.packOne("2026-03-04").catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(CannotPack);
		expect((error as CannotPack).message).not.toContain("ada@");
		expect(await packAll(sql)).toBe(2);
		expect(filesOf(folder)).toEqual(["000001.ndjson", "000002.parquet", "000003.parquet"]);
		writeFileSync(first, whole);
		expect((await sql.query("SELECT count(*) FROM events")).rows).toEqual([[3]]);
		await close();
	});

	it("is left alone where it is not written to its end", async () => {
		const { archive, folder, close } = await openFolder(1);
		for (const event of someEvents(2)) await archive.store([event]);
		const [path = ""] = await archive.closed("2026-03-04");
		const write = async (into: string) => {
			writeFileSync(into, "half");
			return false;
		};
		expect(await archive.pack(path, write)).toBe(false);
		expect(filesOf(folder)).toEqual(["000001.ndjson", "000002.ndjson"]);
		await close();
	});

	it("is not written to while it is packed, though it were the newest", async () => {
		const { archive, sql, folder, close } = await openFolder();
		const [before, meanwhile] = [someEvents(2), someEvents(2)];
		await archive.store(before);
		const [path = ""] = await archive.closed(LAST_DAY);
		await archive.pack(path, async () => {
			await archive.store(meanwhile);
			return false;
		});
		expect(filesOf(folder)).toEqual(["000001.ndjson", "000002.ndjson"]);
		await packAll(sql);
		expect((await sql.query("SELECT message_id FROM events ORDER BY 1")).rows.flat()).toEqual(
			idsOf([...before, ...meanwhile]),
		);
		await close();
	});
});

describe("a process that dies while it packs", () => {
	const ndjson = (folder: string) => join(folder, "events", DAY, "000001.ndjson");
	const parquet = (folder: string) => join(folder, "events", DAY, "000001.parquet");
	const unfinished = (folder: string) => `${parquet(folder)}.new`;

	it.each<{ when: string; leave: (folder: string, kept: string) => void }>([
		{
			when: "before it has written a byte",
			leave: (folder, kept) => {
				rmSync(parquet(folder));
				copyFileSync(kept, ndjson(folder));
				writeFileSync(unfinished(folder), "");
			},
		},
		{
			when: "in the middle of writing",
			leave: (folder, kept) => {
				copyFileSync(parquet(folder), unfinished(folder));
				truncateSync(unfinished(folder), 700);
				rmSync(parquet(folder));
				copyFileSync(kept, ndjson(folder));
			},
		},
		{
			when: "when all is written and has no name yet",
			leave: (folder, kept) => {
				copyFileSync(parquet(folder), unfinished(folder));
				rmSync(parquet(folder));
				copyFileSync(kept, ndjson(folder));
			},
		},
		{ when: "before it has removed the rows", leave: (folder, kept) => copyFileSync(kept, ndjson(folder)) },
		{ when: "when it was done", leave: () => undefined },
	])("$when leaves every row once, and nothing else", async ({ leave }) => {
		const { archive, sql, folder, close } = await openFolder();
		const [events, later] = [someEvents(50), someEvents(5)];
		await archive.store(events);
		const kept = join(folder, "kept");
		copyFileSync(ndjson(folder), kept);
		await packAll(sql);
		await sql.close();
		leave(folder, kept);

		const again = await openArchives(folder);
		expect(existsSync(ndjson(folder))).not.toBe(existsSync(parquet(folder)));
		expect(existsSync(unfinished(folder))).toBe(false);
		await again.archive.store(later);
		expect((await everyRow(again, "message_id")).flat().sort()).toEqual(idsOf([...events, ...later]));
		await packAll(again.sql);
		expect((await everyRow(again, "message_id")).flat().sort()).toEqual(idsOf([...events, ...later]));
		await again.sql.close();
		await close();
	});
});
