import { describe, expect, it } from "vitest";
import { athenaRecentEvents } from "#adapters/aws/athena/recent-events.ts";
import { toJson } from "#adapters/aws/athena/values.ts";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import { toArchiveRow } from "#domain/archive/to-archive-row.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Sql } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../archived-events.ts";

const NOW = new Date("2026-03-05T00:10:00.000Z");
const FULL: Partial<SourcedEvent> = {
	name: "n",
	category: "c",
	groupId: "g",
	previousId: "p",
	traits: { plan: "pro", tags: [1, null] },
	integrations: { All: false },
	extra: { channel: "browser" },
	flags: ["future_timestamp", "historical"],
};

/** An engine that answers these events' rows, as Athena does, and notes what it is asked. */
function engine(events: readonly SourcedEvent[]) {
	const asked: string[] = [];
	const sql: Pick<Sql, "query"> = {
		query: async (text) => {
			asked.push(text);
			const rows = events.map((event) => {
				const row = toArchiveRow({ event, seedId: "seed" });
				return ARCHIVE_COLUMNS.map(({ name, type }) =>
					toJson(row[name] ?? undefined, { Name: name, Type: type === "timestamp" ? "timestamp" : "varchar" }),
				);
			});
			return { columns: [], rows, scannedBytes: 0 };
		},
	};
	return { asked, recent: athenaRecentEvents({ sql, table: "archived_events", now: () => NOW }) };
}

const anEvent = (fields: Partial<SourcedEvent> = {}) => anArchivedEvent(fields).event;

describe("athenaRecentEvents", () => {
	it("gives back events as they were archived, every field", async () => {
		const events = [anEvent(FULL), anEvent()];
		const { recent } = engine(events);
		expect((await recent.since(undefined, 10)).events).toEqual(events);
	});

	it("shows an event once that was archived twice", async () => {
		const event = anEvent();
		const { recent } = engine([event, event]);
		expect((await recent.since(undefined, 10)).events).toEqual([event]);
	});

	it("reads the files of the last two days only, newest first", async () => {
		const { recent, asked } = engine([]);
		await recent.since(undefined, 7);
		expect(asked[0]).toContain("FROM archived_events WHERE day >= '2026-03-04'");
		expect(asked[0]).toMatch(/ORDER BY received_at DESC, message_id DESC LIMIT 7$/);
		expect(asked[0]).not.toContain("received_at >");
	});

	it("asks on from the newest event that was seen", async () => {
		const newest = anEvent({ messageId: "it's", receivedAt: "2026-03-05T00:09:59.123Z" });
		const { recent, asked } = engine([newest, anEvent()]);
		const { cursor } = await recent.since(undefined, 10);
		await recent.since(cursor, 10);
		const time = "timestamp '2026-03-05 00:09:59.123'";
		expect(asked[1]).toContain(`AND (received_at > ${time} OR (received_at = ${time} AND message_id > 'it''s'))`);
	});

	it("keeps its place when nothing is new, and starts at now when there is nothing at all", async () => {
		const { recent, asked } = engine([]);
		const { cursor } = await recent.since(undefined, 10);
		expect((await recent.since(cursor, 10)).cursor).toBe(cursor);
		expect(asked[1]).toContain("received_at > timestamp '2026-03-05 00:10:00.000'");
	});

	it.each(["nonsense", Buffer.from("' OR 1=1 --").toString("base64url"), ""])(
		"takes the cursor %j, which is none of its own, as none",
		async (cursor) => {
			const { recent, asked } = engine([]);
			await recent.since(cursor, 10);
			expect(asked[0]).not.toContain("received_at >");
		},
	);
});
