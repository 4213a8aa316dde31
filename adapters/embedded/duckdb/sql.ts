import { resolve } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { IDENTITIES_VIEW, IDENTITY_CHANGES } from "#contracts/archive/identity-changes.ts";
import { type Sql, SqlRefused, type SqlResult } from "#domain/model/ports.ts";
import type { FileArchive, FileIdentityArchive } from "../files/archive.ts";
import type { ArchiveFile } from "../files/daily-files.ts";
import { startEngine, viewEvents, viewIdentities } from "./engine.ts";
import { type FileView, fileView, sizeOf } from "./file-view.ts";
import { toJson } from "./json-value.ts";
import { selectOnly } from "./select-only.ts";
import { whileUsed } from "./while-used.ts";

/** A query that runs longer is stopped: the archive's writer waits for it. */
const LONGEST_SECONDS = 60;
const IDLE_SECONDS = 60;
const IDENTITY_VIEWS = [IDENTITIES_VIEW, IDENTITY_CHANGES];

export type DuckdbSqlOptions = {
	readonly archive: FileArchive;
	readonly identityArchive: FileIdentityArchive;
	/** Where DuckDB may put what does not fit into its memory; made when needed. */
	readonly temporaryFolder: string;
	/** @default 60 */
	readonly longestSeconds?: number;
	/** How long the engine, and the memory it takes, is kept for another query. @default 60 */
	readonly idleSeconds?: number;
};

export type DuckdbSql = Sql & {
	/** Lets go of the engine. No query may be running. */
	close(): Promise<void>;
};

/**
 * SQL over the archive's files with DuckDB, which is there from a query on until none has come for a while.
 * `scannedBytes` is the size of all files behind what a query reads, also of those that a condition on `day` spared.
 */
export function duckdbSql(options: DuckdbSqlOptions): DuckdbSql {
	const { archive, identityArchive, longestSeconds = LONGEST_SECONDS } = options;
	const events = fileView({ folder: archive.folder, names: ["events"], make: viewEvents });
	const identities = fileView({ folder: identityArchive.folder, names: IDENTITY_VIEWS, make: viewIdentities });
	const engine = whileUsed({
		start: () => startEngine([events.folder, identities.folder], resolve(options.temporaryFolder)),
		stop: (instance) => instance.closeSync(),
		gone() {
			events.forget();
			identities.forget();
		},
		idleSeconds: options.idleSeconds ?? IDLE_SECONDS,
	});

	const run = async (instance: DuckDBInstance, asked: Asked): Promise<SqlResult> => {
		// a connection of its own, so that a query that fails leaves nothing behind for the next one
		const connection = await instance.connect();
		let timer: NodeJS.Timeout | undefined;
		try {
			const { tables } = await selectOnly(connection, asked.sql);
			const scans = asked.sources.filter(({ view }) => view.isReadBy(tables));
			for (const { view, files } of scans) await view.show(connection, files);
			// from here on: how long the views take is not the query's doing, and grows with the archive
			timer = setTimeout(() => connection.interrupt(), longestSeconds * 1000);
			return { ...(await read(connection, asked)), scannedBytes: sizeOf(scans.flatMap(({ files }) => files)) };
		} finally {
			clearTimeout(timer);
			connection.closeSync();
		}
	};

	const fail = (error: unknown): never => {
		const reason = error instanceof Error ? error.message : String(error);
		// after a fault of its own the engine answers nothing any more; the next query starts another
		if (/^(FATAL|INTERNAL) Error/.test(reason)) engine.forget();
		throw new SqlRefused(reason.startsWith("INTERRUPT") ? `the query took longer than ${longestSeconds} s` : reason);
	};

	const query: Sql["query"] = async (sql, { maxRows = Number.POSITIVE_INFINITY } = {}) => {
		let answer: SqlResult | undefined;
		await archive.read((eventFiles) =>
			identityArchive.read(async (changeFiles) => {
				const sources = [
					{ view: events, files: eventFiles },
					{ view: identities, files: changeFiles },
				];
				// not returned: the archives remember what comes out of a reading until they are written to again
				answer = await engine.use((instance) => run(instance, { sql, maxRows, sources })).catch(fail);
			}),
		);
		return answer as SqlResult; // a reading that does not set it throws
	};

	return { query, close: () => engine.close() };
}

type Asked = { readonly sql: string; readonly maxRows: number; readonly sources: readonly Source[] };

/** A view, and the files that are behind it now. */
type Source = { readonly view: FileView; readonly files: readonly ArchiveFile[] };

async function read(connection: DuckDBConnection, { sql, maxRows }: Asked): Promise<Omit<SqlResult, "scannedBytes">> {
	const result = await connection.stream(sql);
	const rows: SqlResult["rows"][number][] = [];
	for await (const some of result.yieldConvertedRows(toJson)) {
		rows.push(...some.slice(0, maxRows - rows.length));
		if (rows.length >= maxRows) break;
	}
	const columns = result.columnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }));
	return { columns, rows };
}
