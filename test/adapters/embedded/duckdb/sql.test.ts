import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "#adapters/embedded/duckdb/engine.ts";
import { type DuckdbSql, duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { type ArchivedEvent, type ArchivedIdentity, SqlRefused } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { anIdentityChange } from "../../identity-archive.contract.ts";
import { sqlContract } from "../../sql.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

async function openSql(events: readonly ArchivedEvent[], options: { longestSeconds?: number } = {}) {
	const { folder, remove } = temporaryFolder();
	const archive = await fileArchive({ folder });
	const identityArchive = await fileIdentityArchive({ folder });
	await archive.store(events);
	const sql = duckdbSql({ archive, identityArchive, temporaryFolder: join(folder, "spill"), ...options });
	const close = async () => {
		await sql.close();
		remove();
	};
	return { folder, archive, identityArchive, sql, close };
}

async function openSqlWith(events: readonly ArchivedEvent[], changes: readonly ArchivedIdentity[] = []) {
	const opened = await openSql(events);
	await opened.identityArchive.store(changes);
	return opened;
}

const refusal = async (sql: DuckdbSql, text: string): Promise<string> => {
	const error = await sql.query(text).catch((caught: unknown) => caught);
	expect(error).toBeInstanceOf(SqlRefused);
	return (error as SqlRefused).message;
};

describe("duckdbSql", () => {
	sqlContract(openSqlWith);

	describe("kept in its cage", () => {
		let opened: Awaited<ReturnType<typeof openSql>>;
		beforeAll(async () => {
			opened = await openSql([anArchivedEvent()]);
			writeFileSync(join(opened.folder, "outside.csv"), "a,b\n1,2\n");
			writeFileSync(join(opened.folder, "outside.ndjson"), '{"a":1}\n');
		});
		afterAll(() => opened.close());

		it.each([
			"SELECT * FROM read_csv('{folder}/outside.csv')",
			"SELECT * FROM read_text('{folder}/outside.csv')",
			"SELECT * FROM read_json('{folder}/outside.ndjson')",
			"SELECT * FROM '{folder}/outside.csv'",
			"SELECT * FROM '{folder}/events/../outside.csv'",
			"SELECT * FROM '/etc/passwd'",
			"SELECT * FROM 'https://example.com/a.csv'",
			"SELECT * FROM '{folder}/identity-changes/../outside.csv'",
			"SELECT * FROM glob('{folder}/*')",
			"SELECT * FROM sniff_csv('/etc/passwd')",
			"SELECT (SELECT count(*) FROM read_blob('/etc/passwd'))",
			"WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
			"SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
			"SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '{folder}/log')",
			"ATTACH '{folder}/other.db'",
			"ATTACH ':memory:' AS other",
			"COPY (SELECT 1) TO '{folder}/written.csv'",
			"COPY (SELECT 1) TO '{folder}/events/written.csv'",
			"COPY (SELECT 1) TO '{folder}/identity-changes/written.csv'",
			"EXPORT DATABASE '{folder}/events/export'",
			"INSTALL httpfs",
			"LOAD httpfs",
			"SET memory_limit = '8GB'",
			"SET lock_configuration = false",
			"RESET enable_external_access",
			"PRAGMA enable_profiling",
			"CALL enable_logging()",
			"CREATE TABLE mine AS SELECT 1",
			"CREATE OR REPLACE VIEW events AS SELECT 1",
			"CREATE OR REPLACE VIEW identities AS SELECT 1",
			"DROP TABLE tutti.kept",
			"TRUNCATE tutti.kept",
			"SELECT 1; COPY (SELECT 1) TO '{folder}/written.csv'",
			"PREPARE mine AS SELECT 1",
			"EXPLAIN ANALYZE SELECT 1",
			"BEGIN",
			"CHECKPOINT",
		])("refuses %s, and goes on answering", async (text) => {
			expect(await refusal(opened.sql, text.replaceAll("{folder}", opened.folder))).not.toBe("");
			for (const written of [
				"written.csv",
				"events/written.csv",
				"identity-changes/written.csv",
				"events/export",
				"other.db",
				"log",
			]) {
				expect(existsSync(join(opened.folder, written))).toBe(false);
			}
			expect((await opened.sql.query("SELECT count(*) FROM events")).rows).toEqual([[1]]);
		});

		it("would be refused by the engine too, were a file named where the check does not look", async () => {
			const { folder } = opened;
			const engine = await startEngine([join(folder, "events")], join(folder, "spill"));
			const connection = await engine.connect();
			for (const from of ["outside.csv", "outside.ndjson", "events/../outside.csv"]) {
				const read = connection.run(`SELECT * FROM '${folder}/${from}'`);
				await expect(read).rejects.toThrow(/disabled by config|does not exist/);
			}
			connection.closeSync();
			engine.closeSync();
		});
	});

	it("answers values that JSON can hold, exactly", async () => {
		const { sql, close } = await openSql([]);
		const { columns, rows } = await sql.query(`SELECT 9007199254740991 AS safe, 9007199254740993 AS unsafe,
			1.25 AS dec, 12345678901234567890.5 AS wide, 0.5::DOUBLE AS dbl, true AS yes, NULL AS nothing,
			DATE '2026-01-02' AS day, TIMESTAMP '2026-01-02 03:04:05.6789' AS at, [1, NULL]::BIGINT[] AS list,
			{'a': 1::BIGINT, 'b': TIMESTAMP '2026-01-02 03:04:05'} AS obj, 'Zoë 😀' AS text,
			'infinity'::TIMESTAMP AS never, 'NaN'::DOUBLE AS nan`);
		expect(Object.fromEntries(columns.map(({ name }, i) => [name, rows[0]?.[i]]))).toEqual({
			safe: 9007199254740991,
			unsafe: "9007199254740993",
			dec: 1.25,
			wide: "12345678901234567890.5",
			dbl: 0.5,
			yes: true,
			nothing: null,
			day: "2026-01-02",
			at: "2026-01-02T03:04:05.678Z",
			list: [1, null],
			obj: { a: 1, b: "2026-01-02T03:04:05.000Z" },
			text: "Zoë 😀",
			never: "infinity",
			nan: "NaN",
		});
		expect(columns.slice(0, 3).map(({ type }) => type)).toEqual(["BIGINT", "BIGINT", "DECIMAL(3,2)"]);
		await close();
	});

	it("lets the archive be written, and other queries be run, while the pages of a sorted query are worked on", async () => {
		const events = Array.from({ length: 5000 }, (_, n) => anArchivedEvent({ messageId: `m${n}` }));
		const { archive, sql, close } = await openSql(events);
		const seen: number[] = [];
		for await (const { rows } of sql.pages("SELECT message_id FROM events ORDER BY message_id")) {
			seen.push(rows.length);
			await archive.store([anArchivedEvent({ messageId: `later${seen.length}` })]);
			expect((await sql.query("SELECT count(*) FROM events")).rows).toEqual([[5000 + seen.length]]);
		}
		expect(seen.length).toBeGreaterThan(1);
		expect(seen.reduce((sum, rows) => sum + rows)).toBe(5000);
		await close();
	});

	it("writes nothing while an unsorted query reads the files page by page", async () => {
		const events = Array.from({ length: 5000 }, (_, n) => anArchivedEvent({ messageId: `m${n}` }));
		const { archive, sql, close } = await openSql(events);
		const pages = sql.pages("SELECT message_id FROM events")[Symbol.asyncIterator]();
		await pages.next();
		let isWritten = false;
		const writing = archive.store([anArchivedEvent({ messageId: "later" })]).then(() => {
			isWritten = true;
		});
		await pages.next();
		expect(isWritten).toBe(false);
		await pages.return?.();
		await writing;
		expect((await sql.query("SELECT count(*) FROM events")).rows).toEqual([[5001]]);
		await close();
	});

	it("sees what was stored since the last query, and counts its bytes", async () => {
		const { archive, sql, close } = await openSql([]);
		const count = () => sql.query("SELECT count(*) FROM events");
		expect(await count()).toMatchObject({ rows: [[0]], scannedBytes: 0 });
		await archive.store([anArchivedEvent()]);
		const first = await count();
		expect(first.rows).toEqual([[1]]);
		await archive.store([anArchivedEvent({ receivedAt: "2026-05-01T00:00:00.000Z" })]);
		const second = await count();
		expect(second.rows).toEqual([[2]]);
		expect(first.scannedBytes).toBeGreaterThan(500);
		expect(second.scannedBytes).toBeGreaterThan(first.scannedBytes + 500);
		expect((await sql.query("SELECT 1")).scannedBytes).toBe(0);
		await close();
	});

	it("counts of each archive the bytes that a query reads, and sees what was stored since", async () => {
		const { identityArchive, sql, close } = await openSqlWith([anArchivedEvent({}, "a")]);
		const join = "SELECT count(i.profile_id) FROM events e LEFT JOIN identities i ON i.seed_id = e.seed_id";
		expect((await sql.query(join)).rows).toEqual([[0]]);
		await identityArchive.store([anIdentityChange({ seedId: "a" })]);
		const [both, events, identities] = [
			await sql.query(join),
			await sql.query("SELECT count(*) FROM events"),
			await sql.query("SELECT count(*) FROM Identities"),
		];
		expect(both.rows).toEqual([[1]]);
		expect(identities.scannedBytes).toBeGreaterThan(100);
		expect(identities.scannedBytes).toBeLessThan(events.scannedBytes);
		expect(both.scannedBytes).toBe(events.scannedBytes + identities.scannedBytes);
		expect((await sql.query("SELECT count(*) FROM identity_changes")).scannedBytes).toBe(identities.scannedBytes);
		await close();
	});

	it("shows a row once that was stored twice in the same words, all columns of it", async () => {
		const [twice, once] = [anArchivedEvent(), anArchivedEvent()];
		const { archive, sql, close } = await openSql([twice, once]);
		await archive.store([twice]);
		const { columns, rows } = await sql.query("SELECT * FROM events");
		const at = columns.findIndex(({ name }) => name === "message_id");
		expect(rows.map((row) => row[at]).sort()).toEqual([twice, once].map(({ event }) => event.messageId).sort());
		await close();
	});

	it("never sees a half-written line, however much is written meanwhile", async () => {
		const { archive, sql, close } = await openSql([anArchivedEvent()]);
		const text = "x".repeat(20_000);
		const writing = Array.from({ length: 40 }, () =>
			archive.store(Array.from({ length: 10 }, () => anArchivedEvent({ properties: { text } }))),
		);
		const counts: number[] = [];
		for (let i = 0; i < 10; i++) counts.push(Number((await sql.query("SELECT count(*) FROM events")).rows[0]?.[0]));
		await Promise.all(writing);
		expect(counts.filter((count) => count % 10 !== 1)).toEqual([]);
		expect((await sql.query("SELECT count(*), min(length(properties)) FROM events")).rows[0]?.[0]).toBe(401);
		await close();
	});

	it("answers many queries at once", async () => {
		const { sql, close } = await openSql([anArchivedEvent(), anArchivedEvent()]);
		const answers = await Promise.all(
			Array.from({ length: 10 }, (_, n) => sql.query(`SELECT ${n} + count(*) FROM events`)),
		);
		expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual(Array.from({ length: 10 }, (_, n) => n + 2));
		await close();
	});

	it("stops a query that takes too long, and lets the next one run", async () => {
		const { sql, close } = await openSql([], { longestSeconds: 0.3 });
		const endless =
			"SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c WHERE a.range = b.range + c.range";
		expect(await refusal(sql, endless)).toBe("the query took longer than 0.3 s");
		expect((await sql.query("SELECT 1")).rows).toEqual([[1]]);
		await close();
	});

	it("can be asked again after it was closed", async () => {
		const { sql, close } = await openSql([anArchivedEvent()]);
		await sql.query("SELECT 1 FROM events");
		await sql.close();
		expect((await sql.query("SELECT count(*) FROM events")).rows).toEqual([[1]]);
		await close();
	});
});
