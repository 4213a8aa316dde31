import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { SqlResult } from "#domain/model/ports.ts";
import type { ArchiveFile } from "../files/archive-file.ts";
import { type FileView, sizeOf } from "./file-view.ts";
import { toJson } from "./json-value.ts";
import { guardMemory } from "./memory-guard.ts";
import { selectOnly } from "./select-only.ts";

/** A view, and the files that are behind it now. */
export type Source = { readonly view: FileView; readonly files: readonly ArchiveFile[] };

export type Asked = {
	readonly sql: string;
	readonly instance: DuckDBInstance;
	readonly sources: readonly Source[];
	readonly longestSeconds: number;
	/** What the time is for: the query and reading all its rows, or until the first are there. */
	readonly timed: "all" | "first";
	/** Called when the files are not read any more, though rows are still to come. */
	readonly filesAreRead: () => void;
};

/** The rows of a query, some thousand at a time, one page at least. */
export async function* readPages(asked: Asked): AsyncGenerator<SqlResult> {
	const { sql, instance, sources, longestSeconds, timed, filesAreRead } = asked;
	// a connection of its own, so that a query that fails leaves nothing behind for the next one
	const connection = await instance.connect();
	let timer: NodeJS.Timeout | undefined;
	const memory = guardMemory(() => connection.interrupt());
	try {
		const { tables, isOrdered } = await selectOnly(connection, sql);
		const scans = sources.filter(({ view }) => view.isReadBy(tables));
		for (const { view, files } of scans) await view.show(connection, files);
		// from here on: how long the views take is not the query's doing, and grows with the archive
		timer = setTimeout(() => connection.interrupt(), longestSeconds * 1000);
		let scannedBytes = sizeOf(scans.flatMap(({ files }) => files));
		for await (const page of streamed(connection, sql)) {
			// to sort the rows it had to read all of them
			if (isOrdered) filesAreRead();
			if (timed === "first") clearTimeout(timer);
			yield { ...page, scannedBytes };
			scannedBytes = 0;
		}
	} catch (error) {
		memory.explain(error);
	} finally {
		memory.stop();
		clearTimeout(timer);
		connection.closeSync();
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
