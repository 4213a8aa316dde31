import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, viewEvents } from "#adapters/embedded/duckdb/engine.ts";
import { fileView } from "#adapters/embedded/duckdb/file-view.ts";
import { readPages } from "#adapters/embedded/duckdb/read-pages.ts";
import { turns } from "#adapters/embedded/duckdb/turns.ts";
import { fileArchive } from "#adapters/embedded/files/archive.ts";
import type { SqlResult } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const MEGABYTE = 2 ** 20;
const EVENTS = Array.from({ length: 20_000 }, (_, n) =>
	anArchivedEvent({ messageId: `m${n}`, event: "Viewed", properties: { note: "x".repeat(700) } }),
);

describe("pages of queries over one engine", { timeout: 30_000 }, () => {
	let instance: DuckDBInstance;
	let looking: DuckDBConnection;
	let pagesOf: (sql: string) => AsyncGenerator<SqlResult>;
	let close: () => void;
	let onTurn = () => {};
	beforeAll(async () => {
		const { folder, remove } = temporaryFolder();
		const archive = await fileArchive({ folder });
		await archive.store(EVENTS);
		instance = await startEngine([archive.folder], join(folder, "spill"));
		looking = await instance.connect();
		const view = fileView({ folder: archive.folder, names: ["events"], make: viewEvents });
		const inTurn = turns();
		const watched = {
			take: async () => {
				const giveBack = await inTurn.take();
				onTurn();
				return giveBack;
			},
		};
		const how = { longestSeconds: 20, timed: "first" as const, filesAreRead: () => {}, turns: watched };
		pagesOf = async function* pages(sql) {
			const files = await archive.read(async (lent) => lent);
			yield* readPages({ ...how, sql, instance, sources: [{ view, files }] });
		};
		close = () => {
			looking.closeSync();
			instance.closeSync();
			remove();
		};
	});
	afterAll(() => close());

	const usedMb = async (): Promise<number> => {
		const sum = await looking.runAndReadAll("SELECT sum(memory_usage_bytes) FROM duckdb_memory()");
		return Number(sum.getRows()[0]?.[0]) / MEGABYTE;
	};
	const SORTED = "SELECT * FROM events ORDER BY message_id";

	it("keep nothing in memory when whoever asked leaves before the end", async () => {
		let during = 0;
		for await (const { rows } of pagesOf(SORTED)) {
			expect(rows.length).toBeGreaterThan(0);
			during = await usedMb();
			break;
		}
		expect(during).toBeGreaterThan(10);
		expect(await usedMb()).toBeLessThan(during / 2);
	});

	it("begin one query after the other, and go on beside each other", async () => {
		const begun: string[] = [];
		const first = async (name: string, sql: string) => {
			const pages = pagesOf(sql);
			await pages.next();
			begun.push(name);
			return pages;
		};
		const hasBegun = new Promise<void>((resolve) => {
			onTurn = resolve;
		});
		const sorted = first("long", SORTED);
		await hasBegun;
		const open = await Promise.all([sorted, first("short", "SELECT count(*) FROM events")]);
		expect(begun).toEqual(["long", "short"]);
		// the long one is not read to its end yet
		const [long] = open;
		expect((await long?.next())?.done).toBe(false);
		for (const pages of open) await pages.return(undefined);
	});

	it("let the next query begin when one is refused or fails", async () => {
		await expect(pagesOf("SELECT nothing FROM events").next()).rejects.toThrow("nothing");
		await expect(pagesOf("SELECT 1; SELECT 2").next()).rejects.toThrow("one SELECT statement");
		expect((await pagesOf("SELECT count(*) FROM events").next()).value?.rows).toEqual([[20_000]]);
	});
});
