import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { DuckDBInstance } from "@duckdb/node-api";
import type { PackableFiles } from "../files/daily-files.ts";
import { type Column, quote, rowsOfLines } from "./archive-rows.ts";
import type { WhileUsed } from "./while-used.ts";

/** A file of the archive could not be packed. Nothing has changed, it is read as before, and nobody tries again in this process. */
export class CannotPack extends Error {
	constructor(reason: string) {
		super(`a closed file of the archive could not be packed: ${reason}`);
		this.name = "CannotPack";
	}
}

/** Rows of a row group, which are in memory together: what is skipped, or read, at once. */
const ROW_GROUP = 10_240;
const NEWLINE = 0x0a;

/** The engine, for somebody who wants it alone. */
type Engine = Pick<WhileUsed<DuckDBInstance>, "isUsed" | "useAlone">;

type Packable = { readonly files: PackableFiles; readonly columns: readonly Column[] };

/**
 * Rewrites one closed file of rows as Parquet, in the order they came: a twentieth of the size, and a query only reads of it the
 * columns that it names. Answers whether it did: false when there is nothing to pack, or the engine is in use. Throws `CannotPack`.
 */
export function filePacker(all: readonly Packable[], engine: Engine): (today: string) => Promise<boolean> {
	const refused = new Set<string>();

	async function pack(path: string, { files, columns }: Packable): Promise<boolean> {
		try {
			return await files.pack(path, async (into) => {
				const done = await engine.useAlone((instance) =>
					write(instance, { path: resolve(path), into: resolve(into), columns }),
				);
				return done !== undefined;
			});
		} catch (error) {
			refused.add(path);
			throw error;
		}
	}

	return async (today) => {
		if (engine.isUsed()) return false;
		for (const each of all) {
			const path = (await each.files.closed(today)).find((closed) => !refused.has(closed));
			if (path !== undefined) return await pack(path, each);
		}
		return false;
	};
}

type Written = { readonly path: string; readonly into: string; readonly columns: readonly Column[] };

/** Answers how many rows there were. Throws `CannotPack` unless all of them can be read again. */
async function write(instance: DuckDBInstance, { path, into, columns }: Written): Promise<number> {
	const connection = await instance.connect();
	try {
		await connection.run(
			`COPY (SELECT * FROM ${rowsOfLines([path], columns)}) TO ${quote(into)}
			(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}, USE_TMP_FILE false)`,
		);
		const read = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quote(into)})`);
		const [packed, lines] = [Number(read.getRows()[0]?.[0]), await countLines(path)];
		if (packed !== lines) throw new CannotPack(`of ${lines} rows ${packed} were written`);
		return lines;
	} catch (error) {
		throw error instanceof CannotPack ? error : new CannotPack(kindOf(error));
	} finally {
		connection.closeSync();
	}
}

/** What went wrong, without the engine's own words: they may quote the file. */
function kindOf(error: unknown): string {
	const [kind] = /^[A-Z][A-Za-z ]* Error/.exec(error instanceof Error ? error.message : "") ?? [];
	return kind ?? "unknown";
}

async function countLines(path: string): Promise<number> {
	let lines = 0;
	for await (const chunk of createReadStream(path)) {
		const bytes = chunk as Buffer; // without an encoding a stream gives these
		for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
	}
	return lines;
}
