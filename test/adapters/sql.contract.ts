import { beforeEach, describe, expect, it } from "vitest";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import { type ArchivedEvent, type Sql, SqlRefused } from "#domain/model/ports.ts";
import { anArchivedEvent } from "./archived-events.ts";

/** SQL over an archive that holds exactly these events. */
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

/** What every Sql owes its callers, in words both DuckDB and Athena understand. `open` fills a fresh archive. */
export function sqlContract(open: (events: readonly ArchivedEvent[]) => Promise<OpenedSql>): void {
	let opened: OpenedSql;
	const openWith = (events: readonly ArchivedEvent[]) =>
		beforeEach(async () => {
			opened = await open(events);
			return () => opened.close();
		});
	const query = (sql: string, options?: { maxRows: number }) => opened.sql.query(sql, options);

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

	describe("over an empty archive", () => {
		openWith([]);

		it("has no rows and the same columns", async () => {
			const { columns, rows } = await query("SELECT message_id, received_at, day FROM events");
			expect(rows).toEqual([]);
			expect(columns.map((column) => column.name)).toEqual(["message_id", "received_at", "day"]);
		});
	});
}
