import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";

/** What the view shows: the archive's columns, and the folder each row lies in. */
export const VIEW_COLUMNS = [...ARCHIVE_COLUMNS, { name: "day", type: "string" }] as const;

/** What Glue calls each type, in the words of Athena's engine. */
const ENGINE_TYPES = { string: "varchar", timestamp: "timestamp(3)" } as const;

/**
 * The archive's rows, each event once: the queue, the client or a replay may have brought it twice, on other days too.
 * The copy that was received first is the one that counts. `table` is the raw table's name.
 *
 * To know that a row has no earlier copy all days have to be looked at: a condition on `day` does not make a question to
 * this view cheaper on Athena. Where a copy does no harm, ask the raw table.
 */
export function eventsViewSql(table: string): string {
	const columns = VIEW_COLUMNS.map(({ name }) => `"${name}"`).join(", ");
	return [
		`SELECT ${columns} FROM (`,
		`SELECT *, row_number() OVER (PARTITION BY "message_id" ORDER BY "received_at", "day") AS "copy" FROM "${table}"`,
		`WHERE "message_id" IS NOT NULL) WHERE "copy" = 1`,
	].join(" ");
}

/**
 * A view as Athena itself keeps it in the Glue catalogue: JSON in base64 in a comment. The form is not documented; it is
 * what `CREATE VIEW` leaves behind and what Trino's Hive connector reads.
 */
export function prestoView(view: { readonly database: string; readonly sql: string }): string {
	const definition = {
		originalSql: view.sql,
		catalog: "awsdatacatalog",
		schema: view.database,
		columns: VIEW_COLUMNS.map(({ name, type }) => ({ name, type: ENGINE_TYPES[type] })),
	};
	return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`;
}
