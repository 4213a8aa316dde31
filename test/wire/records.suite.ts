import { expect, it, vi } from "vitest";
import { anArchivedEvent } from "#test/adapters/archived-events.ts";
import type { Aws } from "#test/support/aws-at.ts";
import { openArchive } from "./opened-archive.ts";

const BILLED_BYTES = 5 * 1024;

/** What arrives in the bucket when the archive is under load. */
export function recordsSuite(aws: () => Aws): void {
	it("loses no event of many batches at once, and lets Firehose bill no record of less than 5 KB", async () => {
		const opened = await openArchive(aws());
		const batches = Array.from({ length: 20 }, (_, b) =>
			Array.from({ length: 20 + b * 10 }, (_, n) => anArchivedEvent({ properties: { b, n } })),
		);
		await Promise.all(batches.map((batch) => opened.archive.store(batch)));
		const sent = batches.flat().map(({ event }) => event.messageId);
		await vi.waitFor(
			async () => {
				const kept = (await opened.rows()).map(({ row }) => row.message_id);
				expect(kept.sort()).toEqual(sent.sort());
			},
			{ timeout: 20_000, interval: 200 },
		);
		const objects = [...(await opened.objects())];
		expect(objects.length).toBeGreaterThan(0);
		expect(objects.filter(([, bytes]) => bytes.byteLength < BILLED_BYTES)).toEqual([]);
		await opened.close();
	});
}
