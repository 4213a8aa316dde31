import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import {
	IDENTITIES_VIEW,
	IDENTITY_CHANGES,
	IDENTITY_COLUMNS,
	identitiesSql,
} from "#contracts/archive/identity-changes.ts";
import { archiveDay, toArchiveRow } from "#domain/archive/to-archive-row.ts";
import { toIdentityRow } from "#domain/archive/to-identity-row.ts";
import type { ArchivedEvent, ArchivedIdentity } from "#domain/model/ports.ts";
import { sqlText } from "#domain/segment/sql-dialect.ts";
import { eventsViewSql } from "#lib/constructs/events-view.ts";

/** An archive in memory, with the columns and the views that a deployed one has. */
export type ArchiveTables = {
	storeEvents(events: readonly ArchivedEvent[]): Promise<void>;
	storeChanges(changes: readonly ArchivedIdentity[]): Promise<void>;
	rows(sql: string): Promise<readonly (readonly unknown[])[]>;
	clear(): Promise<void>;
	close(): void;
};

const RAW = "archived_events";
const TYPES = { string: "VARCHAR", timestamp: "TIMESTAMP" } as const;

export async function archiveTables(): Promise<ArchiveTables> {
	const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
	const columns = [...ARCHIVE_COLUMNS, { name: "day", type: "string" }] as const;
	await connection.run(`CREATE TABLE ${RAW} (${typed(columns)})`);
	await connection.run(`CREATE TABLE ${IDENTITY_CHANGES} (${typed(IDENTITY_COLUMNS)})`);
	await connection.run(`CREATE VIEW events AS ${eventsViewSql(RAW)}`);
	await connection.run(`CREATE VIEW ${IDENTITIES_VIEW} AS ${identitiesSql(IDENTITY_CHANGES)}`);
	return {
		storeEvents: (events) =>
			insert(
				connection,
				RAW,
				events.map((event) => [...Object.values(toArchiveRow(event)), archiveDay(event)]),
			),
		storeChanges: (changes) =>
			insert(
				connection,
				IDENTITY_CHANGES,
				changes.map((change) => Object.values(toIdentityRow(change))),
			),
		rows: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(),
		async clear() {
			await connection.run(`DELETE FROM ${RAW}`);
			await connection.run(`DELETE FROM ${IDENTITY_CHANGES}`);
		},
		close: () => connection.closeSync(),
	};
}

const typed = (columns: readonly { readonly name: string; readonly type: keyof typeof TYPES }[]): string =>
	columns.map(({ name, type }) => `"${name}" ${TYPES[type]}`).join(", ");

async function insert(connection: DuckDBConnection, table: string, rows: readonly (readonly (string | null)[])[]) {
	if (rows.length === 0) return;
	const values = rows.map((row) => `(${row.map((each) => (each === null ? "NULL" : sqlText(each))).join(", ")})`);
	await connection.run(`INSERT INTO ${table} VALUES ${values.join(", ")}`);
}
