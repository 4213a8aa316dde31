import { beforeEach, describe, expect, it } from "vitest";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import {
	type ArchivedEvent,
	type ArchivedIdentity,
	type Sql,
	SqlRefused,
	type SqlResult,
} from "#domain/model/ports.ts";
import { anArchivedEvent } from "./archived-events.ts";
import { anIdentityChange } from "./identity-archive.contract.ts";

/** SQL over an archive that holds exactly these events and changes of identity. */
export type OpenedSql = { readonly sql: Sql; close(): Promise<void> };

const at = (time: string) => `2026-03-0${time}.000Z`;
const ORDER = { event: "Order Completed", properties: { total: 20, items: [{ sku: "a" }] } };
const EVENTS: ArchivedEvent[] = [
	anArchivedEvent({ messageId: "m1", receivedAt: at("1T10:00:00") }, "seed-1"),
	anArchivedEvent({ messageId: "m2", receivedAt: at("2T10:00:00"), ...ORDER }, "seed-1"),
	anArchivedEvent({ messageId: "m3", receivedAt: at("3T10:00:00"), ...ORDER }, "seed-2"),
	// m1 again, received later: the view shows the first one only
	anArchivedEvent({ messageId: "m1", receivedAt: at("3T11:00:00"), event: "Sent Twice" }, "seed-1"),
];

const change = (seedId: string, profileId: string, time: string) =>
	anIdentityChange({ seedId, profileId, at: `2026-03-0${time}Z`, messageId: `to ${profileId}` });
/** A guest becomes ada on the 2nd, and is found to be bob's on the 3rd, which is told first and twice. */
const CHANGES: ArchivedIdentity[] = [
	change("guest", "bob", "3T10:00:00.000"),
	change("guest", "bob", "3T10:00:00.000"),
	change("guest", "ada", "2T10:00:00.000"),
	change("bob", "bob", "3T10:00:00.000"),
	change("phone", "ada", "2T10:00:00.001"),
	change("phone", "bob", "2T10:00:00.000"),
	// at the same moment: the greater id counts
	change("tablet", "bob", "2T10:00:00.000"),
	change("tablet", "ada", "2T10:00:00.000"),
];

const asSent = (messageId: string, time: string, event: string, quarantined?: string): ArchivedEvent => ({
	...anArchivedEvent({ messageId, receivedAt: at(time), event }, "seed-1"),
	...(quarantined !== undefined && { quarantined }),
});
/** Some were set aside: `mended` came again when the plan was mended, `tried` within the same instant, `late` when it had passed. */
const SET_ASIDE: ArchivedEvent[] = [
	asSent("mended", "1T10:00:00", "refused", "plan_violated"),
	asSent("mended", "2T10:00:00", "counts"),
	asSent("mended", "3T10:00:00", "once more"),
	asSent("tried", "1T10:00:00", "refused", "plan_violated"),
	asSent("tried", "1T10:00:00", "counts"),
	asSent("late", "1T10:00:00", "counts"),
	asSent("late", "2T10:00:00", "refused", "unplanned_event"),
	asSent("never", "2T10:00:00", "refused again", "unplanned_event"),
	asSent("never", "1T10:00:00", "stays refused", "unplanned_event"),
];

type Open = (events: readonly ArchivedEvent[], changes?: readonly ArchivedIdentity[]) => Promise<OpenedSql>;

async function everyPage(pages: AsyncIterable<SqlResult>): Promise<SqlResult[]> {
	const all: SqlResult[] = [];
	for await (const page of pages) all.push(page);
	return all;
}

/** What every Sql owes its callers, in words both DuckDB and Athena understand. `open` fills a fresh archive. */
export function sqlContract(open: Open): void {
	let opened: OpenedSql;
	const openWith = (...archived: Parameters<Open>) =>
		beforeEach(async () => {
			opened = await open(...archived);
			return () => opened.close();
		});
	const query = (sql: string, options?: { maxRows: number }) => opened.sql.query(sql, options);

	describe("over events that a plan refused", () => {
		openWith(SET_ASIDE);

		it("shows of each message what went on first, and what was refused only where nothing did", async () => {
			const { rows } = await query("SELECT message_id, event, quarantined FROM events ORDER BY message_id");
			expect(rows).toEqual([
				["late", "counts", null],
				["mended", "counts", null],
				["never", "stays refused", "unplanned_event"],
				["tried", "counts", null],
			]);
		});
	});

	describe("over some events", () => {
		openWith(EVENTS);

		it("counts each message once, as it was first received", async () => {
			const { columns, rows } = await query("SELECT event, count(*) AS n FROM events GROUP BY 1 ORDER BY 1");
			expect(columns.map((column) => column.name)).toEqual(["event", "n"]);
			expect(rows).toEqual([
				["Order Completed", 2],
				["Product Viewed", 1],
			]);
		});

		it("shows the contract's columns and the day", async () => {
			const { columns } = await query("SELECT * FROM events LIMIT 1");
			const names = columns.map((column) => column.name);
			expect(names).toEqual(expect.arrayContaining(ARCHIVE_COLUMNS.map((column) => column.name)));
			expect((await query("SELECT max(day) FROM events")).rows).toEqual([["2026-03-03"]]);
		});

		it("compares times as times and answers them in ISO 8601", async () => {
			const later = "received_at > timestamp '2026-03-01 10:00:00' AND received_at < timestamp '2026-03-03 10:00:00'";
			const { rows } = await query(`SELECT message_id, received_at FROM events WHERE ${later}`);
			expect(rows).toEqual([["m2", "2026-03-02T10:00:00.000Z"]]);
		});

		it("joins, nests and names parts of a query", async () => {
			const { rows } = await query(`
				WITH orders AS (SELECT seed_id, count(*) AS n FROM events WHERE event = 'Order Completed' GROUP BY seed_id)
				SELECT e.message_id, o.n FROM events e JOIN orders o ON o.seed_id = e.seed_id ORDER BY 1`);
			expect(rows).toEqual([
				["m1", 1],
				["m2", 1],
				["m3", 1],
			]);
		});

		it("answers no more rows than asked for", async () => {
			expect((await query("SELECT message_id FROM events ORDER BY 1", { maxRows: 2 })).rows).toEqual([["m1"], ["m2"]]);
		});

		it("answers in pages what it answers at once, and counts what was read once", async () => {
			const text = "SELECT message_id, event, received_at FROM events ORDER BY message_id DESC";
			const [pages, whole] = [await everyPage(opened.sql.pages(text)), await query(text)];
			expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
			expect(pages[0]?.columns).toEqual(whole.columns);
			expect(pages.reduce((sum, { scannedBytes }) => sum + scannedBytes, 0)).toBe(whole.scannedBytes);
		});

		it("answers a page, too, when there are no rows", async () => {
			const pages = await everyPage(opened.sql.pages("SELECT message_id FROM events WHERE event = 'Never'"));
			expect(pages.map(({ columns, rows }) => [columns.map(({ name }) => name), rows])).toEqual([[["message_id"], []]]);
		});

		it("refuses pages of a wrong query when they are asked for", async () => {
			await expect(everyPage(opened.sql.pages("SELECT nonsense FROM events"))).rejects.toBeInstanceOf(SqlRefused);
			await expect(everyPage(opened.sql.pages("DROP VIEW events"))).rejects.toBeInstanceOf(SqlRefused);
		});

		it("goes on answering when somebody stops in the middle of pages", async () => {
			for await (const page of opened.sql.pages("SELECT message_id FROM events ORDER BY 1")) {
				if (page.rows.length > 0) break;
			}
			expect((await query("SELECT count(*) FROM events")).rows).toEqual([[3]]);
		});

		it("answers null for what is absent", async () => {
			expect((await query("SELECT DISTINCT group_id FROM events")).rows).toEqual([[null]]);
		});

		it.each(["SELEC 1", "SELECT nonsense FROM events", "SELECT * FROM elsewhere", "", "  -- nothing"])(
			"refuses %j in the engine's words",
			async (sql) => {
				const refusal = await query(sql).catch((error: unknown) => error);
				expect(refusal).toBeInstanceOf(SqlRefused);
				expect((refusal as SqlRefused).message).not.toBe("");
			},
		);

		it.each([
			"DROP VIEW events",
			"DELETE FROM events",
			"INSERT INTO events SELECT * FROM events",
			"SELECT 1; SELECT 2",
		])("refuses to do more than read: %s", async (sql) => {
			await expect(query(sql)).rejects.toBeInstanceOf(SqlRefused);
			expect((await query("SELECT count(*) FROM events")).rows).toEqual([[3]]);
		});
	});

	describe("over changes of identity", () => {
		openWith(
			["guest", "guest", "bob", "eve"].map((seedId) => anArchivedEvent({}, seedId)),
			CHANGES,
		);

		it("says whose each identifier is now, whatever order the changes came in and however often", async () => {
			const { columns, rows } = await query("SELECT * FROM identities ORDER BY seed_id");
			expect(columns.map((column) => column.name)).toEqual(["seed_id", "profile_id"]);
			expect(rows).toEqual([
				["bob", "bob"],
				["guest", "bob"],
				["phone", "ada"],
				["tablet", "bob"],
			]);
		});

		it("joins events to people, those too whose identifier never changed", async () => {
			const { rows } = await query(`
				SELECT coalesce(i.profile_id, e.seed_id) AS profile_id, count(*) AS events
				FROM events e LEFT JOIN identities i ON i.seed_id = e.seed_id GROUP BY 1 ORDER BY 1`);
			expect(rows).toEqual([
				["bob", 3],
				["eve", 1],
			]);
		});

		it("says who was who at a time in the past", async () => {
			const { rows } = await query(`
				SELECT DISTINCT profile_id, message_id, changed_at, day FROM identity_changes
				WHERE seed_id = 'guest' AND changed_at <= timestamp '2026-03-02 12:00:00'`);
			expect(rows).toEqual([["ada", "to ada", "2026-03-02T10:00:00.000Z", "2026-03-02"]]);
		});

		it.each(["DROP VIEW identities", "DELETE FROM identity_changes", "SELECT * FROM identities; SELECT 1"])(
			"refuses to do more than read: %s",
			async (sql) => {
				await expect(query(sql)).rejects.toBeInstanceOf(SqlRefused);
				expect((await query("SELECT count(*) FROM identities")).rows).toEqual([[4]]);
			},
		);
	});

	describe("over an empty archive", () => {
		openWith([]);

		it("knows of no change of identity", async () => {
			expect((await query("SELECT seed_id, profile_id FROM identities")).rows).toEqual([]);
			expect((await query("SELECT seed_id, changed_at, day FROM identity_changes")).rows).toEqual([]);
		});

		it("has no rows and the same columns", async () => {
			const { columns, rows } = await query("SELECT message_id, received_at, day FROM events");
			expect(rows).toEqual([]);
			expect(columns.map((column) => column.name)).toEqual(["message_id", "received_at", "day"]);
		});
	});
}
