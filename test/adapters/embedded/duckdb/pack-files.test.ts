import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ARCHIVE_COLUMNS, type ArchiveRow } from "#contracts/archive/columns.ts";
import { toArchiveRow } from "#domain/archive/to-archive-row.ts";
import { archiveContract } from "../../archive.contract.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { sqlContract } from "../../sql.contract.ts";
import {
	DAY,
	everyRow,
	filesOf,
	idsOf,
	LAST_DAY,
	openFolder,
	packAll,
	someEvents,
	storeHalfPacked,
} from "./packed-archive.ts";

const ARCHIVED_ROW = [
	"day",
	...ARCHIVE_COLUMNS.map(({ name, type }) =>
		type === "timestamp" ? `strftime("${name}", '%Y-%m-%d %H:%M:%S.%g')` : `"${name}"`,
	),
].join(", ");

describe("an archive whose files are packed", () => {
	archiveContract(async () => {
		const opened = await openFolder();
		const rows = async () => {
			await packAll(opened.sql);
			const names = ARCHIVE_COLUMNS.map(({ name }) => name);
			return (await everyRow(opened, ARCHIVED_ROW)).map(([day, ...values]) => ({
				day: String(day),
				row: Object.fromEntries(names.map((name, i) => [name, values[i]])) as ArchiveRow, // all columns, as selected
			}));
		};
		return { archive: opened.archive, rows, close: opened.close };
	});

	describe("read by SQL, half of it packed", () => {
		sqlContract(async (events, changes = []) => {
			const opened = await openFolder(1);
			await storeHalfPacked(opened, events, changes);
			return opened;
		});
	});

	describe("read by SQL, all of it packed", () => {
		sqlContract(async (events, changes = []) => {
			const opened = await openFolder();
			await opened.archive.store(events);
			await opened.identityArchive.store(changes);
			await packAll(opened.sql);
			return opened;
		});
	});

	it("has one packed file for each that was closed, a fraction of its size, and goes on behind it", async () => {
		const { archive, sql, folder, close } = await openFolder(60_000);
		const [many, later] = [someEvents(300), someEvents(3)];
		for (let at = 0; at < 300; at += 10) await archive.store(many.slice(at, at + 10));
		const before = await archive.read(async (files) => files);
		expect(before.length).toBeGreaterThan(2);
		expect(await sql.packOne("2026-03-04")).toBe(true);
		expect(filesOf(folder).filter((name) => name.endsWith(".parquet"))).toEqual(["000001.parquet"]);
		expect(filesOf(folder)).toHaveLength(before.length);
		const [packed] = await archive.read(async (files) => files);
		expect(packed?.size).toBeLessThan((before[0]?.size ?? 0) / 3);

		await packAll(sql);
		await archive.store(later);
		expect(filesOf(folder).filter((name) => name.endsWith(".ndjson"))).toEqual([`00000${before.length + 1}.ndjson`]);
		const { rows } = await sql.query("SELECT message_id FROM events ORDER BY 1");
		expect(rows.flat()).toEqual(idsOf([...many, ...later]));
		await close();
	});

	it("leaves alone the newest file of today, and asks the disk again only when there is another", async () => {
		const { archive, sql, folder, close } = await openFolder();
		await archive.store(someEvents(2));
		expect(await sql.packOne("2026-03-04")).toBe(false);
		await archive.store(someEvents(2));
		expect(await sql.packOne("2026-03-04")).toBe(false);
		expect(filesOf(folder)).toEqual(["000001.ndjson"]);
		expect(await sql.packOne("2026-03-05")).toBe(true);
		expect(filesOf(folder)).toEqual(["000001.parquet"]);
		await close();
	});

	it("reads files of before a column was there as if nothing stood in it", async () => {
		const { sql, archive, folder, close } = await openFolder();
		const [{ quarantined: _, omitted: __, ...older }, newer] = [toArchiveRow(anArchivedEvent()), anArchivedEvent()];
		await archive.store([{ ...newer, quarantined: "plan_violated" }]);
		await packAll(sql);
		const columns = Object.entries(older).map(([name, value]) => `'${value ?? ""}' AS "${name}"`);
		await writeParquet(join(folder, "events", DAY, "000002.parquet"), `SELECT ${columns.join(", ")}`);
		const { rows } = await sql.query("SELECT quarantined, count(*) FROM events GROUP BY 1 ORDER BY 1 NULLS LAST");
		expect(rows).toEqual([
			["plan_violated", 1],
			[null, 1],
		]);
		rmSync(join(folder, "events", DAY, "000001.parquet"));
		expect((await sql.query("SELECT quarantined, omitted FROM events")).rows).toEqual([[null, null]]);
		await close();
	});

	it("does not wait for whoever is asking something, and lets nobody wait for longer than the writing", async () => {
		const { archive, sql, close } = await openFolder();
		await archive.store(someEvents(5000));
		const pages = sql.pages("SELECT message_id FROM events")[Symbol.asyncIterator]();
		await pages.next();
		expect(await sql.packOne(LAST_DAY)).toBe(false);
		await pages.return?.();
		const packing = sql.packOne(LAST_DAY);
		expect((await sql.query("SELECT count(*) FROM events")).rows).toEqual([[5000]]);
		expect(await packing).toBe(true);
		await close();
	});

	it("answers alike while files are closed, packed and written", async () => {
		const { archive, sql, folder, close } = await openFolder(20_000);
		let [isDone, packed] = [false, 0];
		const packing = (async () => {
			while (!isDone) {
				await sleep(1);
				if (await sql.packOne("2026-03-04")) packed++;
			}
		})();
		const counts: number[] = [];
		// A file is packed when nobody asks anything: on a busy machine that takes more rounds.
		for (let round = 0; round < 30 || (packed < 2 && round < 500); round++) {
			const storing = archive.store(someEvents(10));
			const { rows } = await sql.query("SELECT count(*), count(DISTINCT message_id) FROM events");
			expect(rows[0]?.[0]).toBe(rows[0]?.[1]);
			counts.push(Number(rows[0]?.[0]));
			await storing;
			await sleep(2);
		}
		isDone = true;
		await packing;
		expect(counts).toEqual(counts.toSorted((x, y) => x - y));
		expect(counts.filter((count) => count % 10 > 0)).toEqual([]);
		expect((await sql.query("SELECT count(*) FROM events")).rows).toEqual([[counts.length * 10]]);
		expect(packed).toBeGreaterThan(1);
		expect(filesOf(folder).filter((name) => name.endsWith(".parquet"))).toHaveLength(packed);
		await close();
	});
});

async function writeParquet(path: string, select: string): Promise<void> {
	const { DuckDBInstance } = await import("@duckdb/node-api");
	const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
	const connection = await instance.connect();
	await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
	connection.closeSync();
	instance.closeSync();
}
