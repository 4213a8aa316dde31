import { beforeEach, expect, it, vi } from "vitest";
import { ARCHIVE_COLUMNS, type ArchiveRow } from "#contracts/archive/columns.ts";
import type { Archive, ArchivedEvent } from "#domain/model/ports.ts";
import { anArchivedEvent } from "./archived-events.ts";

/** An archive, and the lines it has written. */
export type OpenedArchive = {
	readonly archive: Archive;
	/** All rows stored so far, in any order: each line of each file, parsed, with the day of the partition it lies in. */
	rows(): Promise<readonly { readonly day: string; readonly row: ArchiveRow }[]>;
	close(): Promise<void>;
};

/**
 * What every Archive owes its callers: every row, whole, under the day it was received. `sortsDays` is false for one that
 * hands its rows to a service which makes the folders.
 */
export function archiveContract(open: () => Promise<OpenedArchive>, { sortsDays = true } = {}): void {
	let opened: OpenedArchive;
	beforeEach(async () => {
		opened = await open();
		return () => opened.close();
	});

	async function stored(events: readonly ArchivedEvent[]) {
		const ids = new Set<string | null>(events.map(({ event }) => event.messageId));
		return await vi.waitFor(
			async () => {
				const found = (await opened.rows()).filter(({ row }) => ids.has(row.message_id));
				if (found.length < events.length) throw new Error(`${found.length} of ${events.length} rows are there`);
				return found;
			},
			{ timeout: 15_000, interval: 100 },
		);
	}

	it("writes one line an event with exactly the contract's columns", async () => {
		const archived = anArchivedEvent();
		await opened.archive.store([archived]);
		const [found] = await stored([archived]);
		expect(Object.keys(found?.row ?? {}).sort()).toEqual(ARCHIVE_COLUMNS.map(({ name }) => name as string).sort());
		expect(found?.row).toMatchObject({
			message_id: archived.event.messageId,
			type: "track",
			source: "web",
			seed_id: archived.seedId,
			received_at: "2026-03-04 23:59:59.999",
		});
	});

	const itSortsDays = sortsDays ? it : () => undefined;
	itSortsDays("puts each event under the UTC day it was received", async () => {
		const early = anArchivedEvent({ receivedAt: "2026-03-04T23:59:59.999Z" });
		const late = anArchivedEvent({ receivedAt: "2026-03-05T00:00:00.000Z" });
		await opened.archive.store([early, late]);
		const days = (await stored([early, late])).map(({ day, row }) => [row.message_id, day]);
		expect(Object.fromEntries(days)).toEqual({
			[early.event.messageId]: "2026-03-04",
			[late.event.messageId]: "2026-03-05",
		});
	});

	it("keeps one line a row whatever the text is made of", async () => {
		const text = 'line\nbreak\r\nquote" \u2028 \u0000 Zoë 😀 \\n';
		const archived = anArchivedEvent({ properties: { text } });
		await opened.archive.store([archived, anArchivedEvent()]);
		const [found] = await stored([archived]);
		expect(JSON.parse(found?.row.properties ?? "")).toEqual({ text });
	});

	it("stores more rows, and more bytes, than one call may carry, each once", async () => {
		const text = "é".repeat(2500);
		const many = Array.from({ length: 1200 }, (_, n) => anArchivedEvent({ properties: { n, text } }));
		await opened.archive.store(many);
		const ids = (await stored(many)).map(({ row }) => row.message_id);
		expect(ids.sort()).toEqual(many.map(({ event }) => event.messageId).sort());
	});

	it("stores events of 32 KB", async () => {
		const large = Array.from({ length: 20 }, () => anArchivedEvent({ properties: { text: "x".repeat(32_000) } }));
		await opened.archive.store(large);
		expect(await stored(large)).toHaveLength(20);
	});

	it("keeps every row of stores made at once", async () => {
		const batches = Array.from({ length: 10 }, () => Array.from({ length: 20 }, () => anArchivedEvent()));
		await Promise.all(batches.map((batch) => opened.archive.store(batch)));
		expect(await stored(batches.flat())).toHaveLength(200);
	});

	it("stores nothing without complaint", async () => {
		await expect(opened.archive.store([])).resolves.toBeUndefined();
	});
}
