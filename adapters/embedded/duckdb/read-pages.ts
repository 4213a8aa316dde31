import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { SqlResult } from "#domain/model/ports.ts";
import type { ArchiveFile } from "../files/archive-file.ts";
import { type FileView, sizeOf } from "./file-view.ts";
import { toJson } from "./json-value.ts";
import { guardMemory } from "./memory-guard.ts";
import { type ReadPlan, selectOnly } from "./select-only.ts";
import type { Turns } from "./turns.ts";

/** A view, and the files that are behind it now. */
export type Source = { readonly view: FileView; readonly files: readonly ArchiveFile[] };

export type Asked = {
	readonly sql: string;
	readonly instance: DuckDBInstance;
	readonly sources: readonly Source[];
	/** One query at a time works towards its first rows: two would share the engine's memory, and both fail for want of it. */
	readonly turns: Turns;
	readonly longestSeconds: number;
	/** What the time is for: the query and reading all its rows, or until the first are there. */
	readonly timed: "all" | "first";
	/** Called when the files are not read any more, though rows are still to come. */
	readonly filesAreRead: () => void;
};

/** The rows of a query, some thousand at a time, one page at least. */
export async function* readPages(asked: Asked): AsyncGenerator<SqlResult> {
	// a connection of its own, so that a query that fails leaves nothing behind for the next one
	const connection = await asked.instance.connect();
	try {
		const statement = await selectOnly(connection, asked.sql);
		const giveTurnBack = await asked.turns.take();
		try {
			yield* readNow(connection, statement, { ...asked, giveTurnBack });
		} finally {
			giveTurnBack();
		}
	} finally {
		await close(connection);
	}
}

/**
 * Lets go of a connection and of what its query has in memory. A result that nobody has read to its end keeps all of that until V8 comes
 * to collect it, also when the connection is closed; the next query on the same connection ends it.
 */
async function close(connection: DuckDBConnection): Promise<void> {
	// an engine that has failed runs nothing any more, and has said so
	await connection.run("SELECT 1").catch(() => undefined);
	connection.closeSync();
}

async function* readNow(
	connection: DuckDBConnection,
	{ tables, isOrdered }: ReadPlan,
	{ sql, sources, longestSeconds, timed, filesAreRead, giveTurnBack }: Asked & { readonly giveTurnBack: () => void },
): AsyncGenerator<SqlResult> {
	let timer: NodeJS.Timeout | undefined;
	const memory = guardMemory(() => connection.interrupt());
	try {
		const scans = sources.filter(({ view }) => view.isReadBy(tables));
		for (const { view, files } of scans) await view.show(connection, files);
		// from here on: how long the views take is not the query's doing, and grows with the archive
		timer = setTimeout(() => connection.interrupt(), longestSeconds * 1000);
		let scannedBytes = sizeOf(scans.flatMap(({ files }) => files));
		for await (const page of streamed(connection, sql)) {
			// to sort the rows it had to read all of them
			if (isOrdered) filesAreRead();
			giveTurnBack();
			if (timed === "first") clearTimeout(timer);
			yield { ...page, scannedBytes };
			scannedBytes = 0;
		}
	} catch (error) {
		memory.explain(error);
	} finally {
		memory.stop();
		clearTimeout(timer);
	}
}

async function* streamed(connection: DuckDBConnection, sql: string): AsyncGenerator<Omit<SqlResult, "scannedBytes">> {
	const result = await connection.stream(sql);
	const columns = result.columnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }));
	let isEmpty = true;
	for await (const rows of result.yieldConvertedRows(toJson)) {
		isEmpty = false;
		yield { columns, rows };
	}
	if (isEmpty) yield { columns, rows: [] };
}
