import fc from "fast-check";
import { expect, it } from "vitest";
import type { ArchivedEvent } from "#domain/model/ports.ts";
import { lawRuns, lawTime } from "../../../support/law-runs.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { everyRow, LAST_DAY, type OpenedArchives, openArchives } from "./packed-archive.ts";

type Step =
	| { readonly kind: "store"; readonly events: readonly ArchivedEvent[] }
	| { readonly kind: "pack"; readonly today: string }
	| { readonly kind: "open again" };

/** Few messages, so that many are sent again: at another time, on another day, or in the same words. */
const event = fc
	.record({
		message: fc.integer({ min: 0, max: 6 }),
		day: fc.integer({ min: 1, max: 3 }),
		second: fc.integer({ min: 10, max: 12 }),
	})
	.map(({ message, day, second }) => {
		const receivedAt = `2026-03-0${day}T10:00:${second}.000Z`;
		return anArchivedEvent(
			{ messageId: `m${message}`, event: `received ${receivedAt}`, receivedAt },
			`seed-${message}`,
		);
	});

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 3, arbitrary: fc.array(event, { maxLength: 6 }).map((events) => ({ kind: "store" as const, events })) },
	{
		weight: 3,
		arbitrary: fc.constantFrom("2026-03-01", "2026-03-02", LAST_DAY).map((today) => ({ kind: "pack" as const, today })),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: "open again" as const }) },
);

/** What the view is to show: of each message the row received first. */
function firstReceived(stored: readonly ArchivedEvent[]): string[] {
	const first = new Map<string, string>();
	for (const {
		event: { messageId, receivedAt },
	} of stored) {
		const known = first.get(messageId);
		if (known === undefined || receivedAt < known) first.set(messageId, receivedAt);
	}
	return [...first].map(([messageId, receivedAt]) => `${messageId} received ${receivedAt}`).sort();
}

const shown = async ({ sql }: OpenedArchives): Promise<unknown[]> =>
	(await sql.query("SELECT concat(message_id, ' ', event) FROM events ORDER BY 1")).rows.flat();

const RUNS = lawRuns(40);

it(
	"packing at any moment changes nothing that the view shows, and no row that is kept",
	lawTime(RUNS, 500),
	async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(step, { minLength: 1, maxLength: 14 }),
				fc.constantFrom(1, 3000, undefined),
				async (steps, rotateAt) => {
					const { folder, remove } = temporaryFolder();
					let opened = await openArchives(folder, rotateAt);
					const stored: ArchivedEvent[] = [];
					for (const each of steps) {
						if (each.kind === "store") {
							await opened.archive.store(each.events);
							stored.push(...each.events);
						} else if (each.kind === "pack") await opened.sql.packOne(each.today);
						else {
							await opened.sql.close();
							opened = await openArchives(folder, rotateAt);
						}
						expect(await shown(opened)).toEqual(firstReceived(stored));
					}
					const kept = (await everyRow(opened, "concat(message_id, ' ', event)")).flat().sort();
					expect(kept).toEqual(
						stored.map(({ event: { messageId, receivedAt } }) => `${messageId} received ${receivedAt}`).sort(),
					);
					await opened.sql.close();
					remove();
				},
			),
			{ numRuns: RUNS },
		);
	},
);
