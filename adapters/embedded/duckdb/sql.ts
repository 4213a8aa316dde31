import { resolve } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Sql, SqlRefused, type SqlResult } from "#domain/model/ports.ts";
import type { ArchiveFile, FileArchive } from "../files/archive.ts";
import { startEngine, viewEvents } from "./engine.ts";
import { toJson } from "./json-value.ts";
import { selectOnly } from "./select-only.ts";

/** A query that runs longer is stopped: the archive's writer waits for it. */
const LONGEST_SECONDS = 60;

export type DuckdbSqlOptions = {
	readonly archive: FileArchive;
	/** Where DuckDB may put what does not fit into its memory; made when needed. */
	readonly temporaryFolder: string;
	/** @default 60 */
	readonly longestSeconds?: number;
};

export type DuckdbSql = Sql & {
	/** Lets go of the engine. No query may be running. */
	close(): Promise<void>;
};

/**
 * SQL over the archive's files with DuckDB, which is started with the first query. `scannedBytes` is the size of all
 * files behind `events` when a query reads it, also of those that a condition on `day` spared.
 */
export function duckdbSql({ archive, temporaryFolder, longestSeconds = LONGEST_SECONDS }: DuckdbSqlOptions): DuckdbSql {
	const folder = resolve(archive.folder);
	let starting: Promise<DuckDBInstance> | undefined;
	let viewed: { readonly state: string; readonly done: Promise<void> } | undefined;

	/** Points the view at the files as they are. Queries at once see the same ones: nothing is written meanwhile. */
	const view = async (connection: DuckDBConnection, files: readonly ArchiveFile[]): Promise<void> => {
		const state = `${files.length} files of ${sizeOf(files)} bytes`;
		if (viewed?.state !== state) viewed = { state, done: viewEvents(connection, folder, files.length === 0) };
		await viewed.done.catch((error: unknown) => {
			viewed = undefined;
			throw error;
		});
	};

	const close = async (): Promise<void> => {
		const instance = await starting;
		starting = undefined;
		viewed = undefined;
		instance?.closeSync();
	};

	const run = async (sql: string, maxRows: number, files: readonly ArchiveFile[]): Promise<SqlResult> => {
		starting ??= startEngine(folder, resolve(temporaryFolder));
		// a connection of its own, so that a query that fails leaves nothing behind for the next one
		const connection = await (await starting).connect();
		const timer = setTimeout(() => connection.interrupt(), longestSeconds * 1000);
		try {
			const { tables } = await selectOnly(connection, sql);
			const scans = tables.has("events") ? files : [];
			if (tables.has("events")) await view(connection, files);
			return { ...(await read(connection, sql, maxRows)), scannedBytes: sizeOf(scans) };
		} finally {
			clearTimeout(timer);
			connection.closeSync();
		}
	};

	const fail = (error: unknown): never => {
		const reason = error instanceof Error ? error.message : String(error);
		// after a fault of its own the engine answers nothing any more; the next query starts another
		if (/^(FATAL|INTERNAL) Error/.test(reason)) starting = undefined;
		throw new SqlRefused(reason.startsWith("INTERRUPT") ? `the query took longer than ${longestSeconds} s` : reason);
	};

	const query: Sql["query"] = (sql, { maxRows = Number.POSITIVE_INFINITY } = {}) =>
		archive.read((files) => run(sql, maxRows, files).catch(fail));

	return { query, close };
}

async function read(
	connection: DuckDBConnection,
	sql: string,
	maxRows: number,
): Promise<Omit<SqlResult, "scannedBytes">> {
	const result = await connection.stream(sql);
	const rows: SqlResult["rows"][number][] = [];
	for await (const some of result.yieldConvertedRows(toJson)) {
		rows.push(...some.slice(0, maxRows - rows.length));
		if (rows.length >= maxRows) break;
	}
	const columns = result.columnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }));
	return { columns, rows };
}

const sizeOf = (files: readonly ArchiveFile[]): number => files.reduce((sum, file) => sum + file.size, 0);
