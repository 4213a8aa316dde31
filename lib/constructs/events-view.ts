import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";

/** What the view shows: the archive's columns, and the folder each row lies in. */
export const VIEW_COLUMNS = [...ARCHIVE_COLUMNS, { name: "day", type: "string" }] as const;

/**
 * The archive's rows, each event once: the queue, the client or a replay may have brought it twice, on other days too.
 * The copy that counts is the one that was received first of those that went on to a profile, and only where none did the first that
 * was set aside: whoever mends a tracking plan and sends again what it had refused has it counted. `table` is the raw table's name.
 *
 * To know that a row has no earlier copy all days have to be looked at: a condition on `day` does not make a question to
 * this view cheaper on Athena. Where a copy does no harm, ask the raw table.
 */
export function eventsViewSql(table: string): string {
	const columns = VIEW_COLUMNS.map(({ name }) => `"${name}"`).join(", ");
	return [
		`SELECT ${columns} FROM (`,
		`SELECT *, row_number() OVER (PARTITION BY "message_id" ORDER BY CASE WHEN "quarantined" IS NULL THEN 0 ELSE 1 END, "received_at", "day") AS "copy" FROM "${table}"`,
		`WHERE "message_id" IS NOT NULL) WHERE "copy" = 1`,
	].join(" ");
}
