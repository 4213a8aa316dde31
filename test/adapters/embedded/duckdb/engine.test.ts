import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, viewEvents, viewIdentities } from "#adapters/embedded/duckdb/engine.ts";
import { fileArchive } from "#adapters/embedded/files/archive.ts";
import type { ArchivedEvent } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const at = (second: number) => `2026-03-01T10:00:${String(second).padStart(2, "0")}.000Z`;
const MESSAGES = Array.from({ length: 200 }, (_, index) => `m${index}`);
/** All messages as they were received at some second; `event` says which copy it is. */
const received = (second: number, event: string): ArchivedEvent[] =>
	MESSAGES.map((messageId) => anArchivedEvent({ messageId, event, receivedAt: at(second) }));

describe("viewEvents over an archive that has everything several times", () => {
	let connection: DuckDBConnection;
	let close: () => void;
	beforeAll(async () => {
		const { folder, remove } = temporaryFolder();
		const archive = await fileArchive({ folder });
		for (const [second, event] of [
			[3, "third"],
			[1, "first"],
			[2, "second"],
			[1, "first"],
		] as const)
			await archive.store(received(second, event));
		await archive.store([anArchivedEvent({ messageId: "alone", event: "only" })]);
		const instance = await startEngine([archive.folder], join(folder, "spill"));
		connection = await instance.connect();
		await archive.read((files) => viewEvents(connection, files));
		close = () => {
			connection.closeSync();
			instance.closeSync();
			remove();
		};
	});
	afterAll(() => close());

	const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();

	it("shows of each message one row, of those received first", async () => {
		expect(
			await rowsOf("SELECT event, count(*), count(DISTINCT message_id) FROM events GROUP BY 1 ORDER BY 1"),
		).toEqual([
			["first", 200n, 200n],
			["only", 1n, 1n],
		]);
	});

	it("looks up the few copies while it reads the files, and does not gather the files to look for the copies", async () => {
		const [[, plan] = []] = await rowsOf("EXPLAIN SELECT * FROM events");
		expect(plan).toContain("Join Type: ANTI");
		expect(plan).not.toContain("RIGHT_ANTI");
	});
});

describe("viewIdentities over more changes than are gone through at once", () => {
	const PEOPLE = 40_000;
	const idOf = (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
	/** Everybody becomes the last of their ten, and was the first of them before. */
	const changes = (n: number) => [
		{ seed_id: idOf(n), profile_id: idOf(n - (n % 10)), changed_at: "2026-03-01 10:00:00.000" },
		{ seed_id: idOf(n), profile_id: idOf(n - (n % 10) + 9), changed_at: "2026-03-01 10:00:01.000" },
	];

	it("shows of each seed id the latest, once", async () => {
		const { folder, remove } = temporaryFolder();
		const day = join(folder, "identity-changes", "day=2026-03-01");
		mkdirSync(day, { recursive: true });
		const path = join(day, "000001.ndjson");
		const lines = Array.from({ length: PEOPLE }, (_, n) => changes(n)).flat();
		writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
		const instance = await startEngine([folder], join(folder, "spill"));
		const connection = await instance.connect();
		await viewIdentities(connection, [{ path, size: 1 }]);
		const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
		const counts = await rowsOf("SELECT count(*), count(DISTINCT seed_id), count(DISTINCT profile_id) FROM identities");
		const some = await rowsOf(
			`SELECT profile_id FROM identities WHERE seed_id IN ('${idOf(0)}', '${idOf(39_994)}') ORDER BY seed_id`,
		);
		connection.closeSync();
		instance.closeSync();
		remove();
		expect(counts).toEqual([[BigInt(PEOPLE), BigInt(PEOPLE), BigInt(PEOPLE / 10)]]);
		expect(some).toEqual([[idOf(9)], [idOf(39_999)]]);
	});
});
