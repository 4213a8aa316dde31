import { afterAll, beforeAll, expect, it } from "vitest";
import { athenaRecentEvents } from "#adapters/aws/athena/recent-events.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { RecentEvents } from "#domain/model/ports.ts";
import { anArchivedEvent } from "#test/adapters/archived-events.ts";
import type { OpenedSql } from "#test/adapters/sql.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";
import { openSql, RAW_TABLE } from "./opened-sql.ts";

const FIELDS: Partial<SourcedEvent> = {
	properties: { text: 'it\'s "quoted" 😀\n', list: [1, null, { deep: true }] },
	traits: { plan: "pro" },
	integrations: { All: false },
	flags: ["historical"],
	extra: { channel: "browser" },
};
const received = (receivedAt: string, fields: Partial<SourcedEvent> = {}) => anArchivedEvent({ receivedAt, ...fields });

/** The live tail, in real SQL over the raw table. */
export function recentEventsSuite(aws: () => Aws): void {
	const dayBefore = received("2026-03-03T23:59:59.000Z");
	const [first, second] = [received("2026-03-04T10:00:00.000Z", FIELDS), received("2026-03-04T10:00:00.001Z")];
	const third = received("2026-03-05T00:05:00.000Z", { messageId: "it's" });
	let opened: OpenedSql;
	let recent: RecentEvents;
	beforeAll(async () => {
		opened = await openSql(aws(), [second, dayBefore, third, first, third]);
		const now = () => new Date("2026-03-05T00:10:00.000Z");
		recent = athenaRecentEvents({ sql: opened.sql, table: RAW_TABLE, now });
	});
	afterAll(() => opened.close());

	it("gives the events of yesterday and today, newest first, each once, as they were archived", async () => {
		const { events } = await recent.since(undefined, 10);
		expect(events).toEqual([third.event, second.event, first.event]);
	});

	it("gives the newest, then what came after them, then nothing", async () => {
		const cursor = Buffer.from(`${first.event.receivedAt} ${first.event.messageId}`).toString("base64url");
		const after = await recent.since(cursor, 10);
		expect(after.events).toEqual([third.event, second.event]);
		expect(await recent.since(after.cursor, 10)).toEqual({ events: [], cursor: after.cursor });
	});
}
