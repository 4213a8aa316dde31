import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { CSV_FAULTS, delimiterOf, LONGEST_ROW, NO_ROW } from "#contracts/http/lists.ts";

/** A table as text: titles, then rows, each with the line on which it ends. */
export type CsvTable = {
	readonly titles: readonly string[];
	readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
};

/** Text that is no CSV: on which line, and what would be right. It never repeats what stands there. */
export type CsvFault = { readonly line: number; readonly reason: string };

/**
 * Reads CSV as RFC 4180 has it, and as spreadsheets write it: a byte order mark, any line ends, commas, semicolons or tabs.
 * Rows may have too few or too many cells. Empty lines are nothing; without a title there are no rows. Stops reading after
 * `maxRows` of them.
 */
export function readCsv(text: string, maxRows = Number.MAX_SAFE_INTEGER): CsvTable | CsvFault {
	let lastLine = 0;
	try {
		// One kind of line end: the parser would count lines within quotes twice.
		const records = parse(text.replaceAll(/\r\n?/g, "\n"), {
			bom: true,
			delimiter: delimiterOf(/^[^\r\n]*/.exec(text)?.[0] ?? ""),
			record_delimiter: "\n",
			relax_column_count: true,
			skip_empty_lines: true,
			max_record_size: LONGEST_ROW,
			to: Math.min(maxRows + 1, Number.MAX_SAFE_INTEGER),
			on_record: (cells: string[], { lines }) => {
				lastLine = lines;
				return cells;
			},
			info: true,
		}) as unknown as readonly { record: string[]; info: { lines: number } }[]; // what `info` adds is not in its types
		const [titles, ...rows] = records;
		return {
			titles: titles?.record ?? [],
			rows: rows.map(({ record: cells, info: { lines: line } }) => ({ line, cells })),
		};
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		return { line: lastLine + 1, reason: CSV_FAULTS[error.code] ?? NO_ROW };
	}
}
