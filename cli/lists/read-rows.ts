import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { CSV_FAULTS, delimiterOf, LONGEST_ROW, NO_ROW } from "#contracts/http/lists.ts";
import { Failure } from "../failure.ts";

/** A row of the file, and the line on which it ends. */
export type Row = { readonly line: number; readonly cells: readonly string[] };

/**
 * Reads the rows of a CSV file, the titles first, in little memory. Throws a `Failure` that names the line where it is no
 * CSV, and what Node throws when the file cannot be read.
 */
export async function* readRows(path: string): AsyncGenerator<Row> {
	const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
	const each = lines[Symbol.asyncIterator]();
	const first = await each.next();
	const titles = first.done ? "" : first.value.replace(/^\uFEFF/, "");
	let line = 0;
	try {
		for await (const { record, info } of parsed(titles, { [Symbol.asyncIterator]: () => each })) {
			line = info.lines;
			yield { line, cells: record };
		}
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		throw new Failure(`${path}:${line + 1}: ${CSV_FAULTS[error.code] ?? NO_ROW}`);
	} finally {
		lines.close();
	}
}

type Parsed = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

function parsed(titles: string, rest: AsyncIterable<string>): AsyncIterable<Parsed> {
	async function* text() {
		yield `${titles}\n`;
		for await (const line of rest) yield `${line}\n`;
	}
	const parser = parse({
		delimiter: delimiterOf(titles),
		record_delimiter: "\n",
		relax_column_count: true,
		skip_empty_lines: true,
		max_record_size: LONGEST_ROW,
		info: true,
	});
	// Whoever reads the parser is told of the error.
	pipeline(Readable.from(text()), parser, () => {});
	return parser;
}

/** A row as CSV that every parser reads. */
export const csvRow = (cells: readonly string[]): string => cells.map(quoted).join(",");

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
