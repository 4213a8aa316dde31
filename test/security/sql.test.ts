import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNotReadOnly } from "#adapters/aws/athena/read-only.ts";
import { duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { SqlRefused } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../adapters/archived-events.ts";
import { BOMBS, ENDLESS, GROWING, HARMLESS, READS_OF_THE_MACHINE, WRITES_AND_COMMANDS } from "./sql-attacks.ts";

const SECRET = "the-contents-of-a-file-beside-the-archive";
/** What the whole process may take on top, in MB: the engine may have 192, and the rest is room to work in. */
const MOST_MB = 400;

let opened: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
	opened = await open();
});
afterAll(() => opened.close());

/** The engine over a real archive, with a file beside it that nobody may read. */
async function open(longestSeconds = 2) {
	const folder = mkdtempSync(join(tmpdir(), "tutti-attacked-"));
	writeFileSync(join(folder, "secret.csv"), `a,b\n1,${SECRET}\n`);
	const archive = await fileArchive({ folder: join(folder, "archive") });
	const identityArchive = await fileIdentityArchive({ folder: join(folder, "archive") });
	await archive.store([anArchivedEvent()]);
	const sql = duckdbSql({ archive, identityArchive, temporaryFolder: join(folder, "spill"), longestSeconds });
	const [day = ""] = readdirSync(archive.folder);
	const [file = ""] = readdirSync(join(archive.folder, day));
	const filled = (text: string) =>
		text.replaceAll("{folder}", folder).replaceAll("{archive}", join(archive.folder, day, file));
	return {
		folder,
		ask: (text: string) => sql.query(filled(text), { maxRows: 10 }),
		/** Everything there is, without what the engine spilled. */
		files: () =>
			readdirSync(folder, { recursive: true })
				.map(String)
				.filter((name) => !name.startsWith("spill"))
				.sort(),
		close: async () => {
			await sql.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function refusalOf(text: string): Promise<string> {
	const outcome = await opened.ask(text).catch((caught: unknown) => caught);
	expect(outcome).toBeInstanceOf(SqlRefused);
	return (outcome as SqlRefused).message;
}

describe("DuckDB behind POST /v1/query", () => {
	it.each([...WRITES_AND_COMMANDS, ...READS_OF_THE_MACHINE])(
		"refuses %s, changes nothing, and goes on",
		async (text) => {
			const before = opened.files();
			expect(await refusalOf(text)).not.toContain(SECRET);
			expect(opened.files()).toEqual(before);
			expect((await opened.ask("SELECT count(*) FROM events")).rows).toEqual([[1]]);
		},
	);

	it.each(BOMBS)("refuses %s before anything of it is made", async (text) => {
		const before = process.memoryUsage.rss();
		expect(await refusalOf(text)).toMatch(/may be told only by a number|plain and narrow format|nothing may grow/);
		expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(MOST_MB);
	});

	it.each(ENDLESS)("stops %s in time, within its memory, and goes on", async (text) => {
		const before = process.memoryUsage.rss();
		const started = Date.now();
		expect(await refusalOf(text)).toMatch(/took longer than 2 s|Out of Memory/);
		expect(Date.now() - started).toBeLessThan(20_000);
		expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(MOST_MB);
		expect((await opened.ask("SELECT count(*) FROM events")).rows).toEqual([[1]]);
	});

	it.each(GROWING)("stops %s before it has taken all there is", async (text) => {
		expect(await refusalOf(text)).toMatch(/took too much memory|Out of Memory/);
		expect((await opened.ask("SELECT count(*) FROM events")).rows).toEqual([[1]]);
	});

	it("answers no more rows than asked for of a result without end", async () => {
		expect((await opened.ask("SELECT * FROM range(1000000000000)")).rows).toHaveLength(10);
	});

	it.each(HARMLESS)("runs %s", async (text) => {
		expect((await opened.ask(text)).columns.length).toBeGreaterThan(0);
	});

	it("gets over a query that nests ten thousand deep", async () => {
		await refusalOf(`SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)} FROM duckdb_tables`);
		expect((await opened.ask("SELECT count(*) FROM events")).rows).toEqual([[1]]);
	});
});

describe("the check before Athena, behind which the function's rights stand", () => {
	it.each(WRITES_AND_COMMANDS)("refuses %s", (text) => {
		// of a WITH that leads to something else than SELECT, the rights of the role are what refuses it
		if (/^WITH/.test(text)) return expect(text).toMatch(/DELETE|INSERT/);
		expect(whyNotReadOnly(text)).toBeDefined();
	});

	it.each(HARMLESS.filter((text) => /^(SELECT|WITH)/.test(text)))("lets %s through", (text) => {
		expect(whyNotReadOnly(text)).toBeUndefined();
	});
});
