import type { ArchiveFile } from "../files/archive-file.ts";
import { isPacked } from "../files/day-folders.ts";

const TYPES = { string: "VARCHAR", timestamp: "TIMESTAMP" } as const;

export type Column = { readonly name: string; readonly type: keyof typeof TYPES };

/** A text as DuckDB writes it. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * The rows of these files, packed or not, with the `day` (or another name) of the folder each lies in; a file of before a column was
 * there has nothing in it. The files are named one by one: what is put in another's place meanwhile is not read beside it.
 */
export function rowsOf(files: readonly ArchiveFile[], columns: readonly Column[], partition = "day"): string {
	const paths = files.map(({ path }) => path);
	const packed = paths.filter(isPacked);
	const lines = paths.filter((path) => !isPacked(path));
	return [
		nothing(columns, partition),
		...(packed.length > 0
			? [`SELECT * FROM read_parquet(${list(packed)}, union_by_name = true, ${hive(partition)})`]
			: []),
		...(lines.length > 0 ? [`SELECT * FROM ${rowsOfLines(lines, columns, hive(partition))}`] : []),
	].join(" UNION ALL BY NAME ");
}

/** The rows of NDJSON files, as a table: the columns that are asked for and no others. */
export function rowsOfLines(
	paths: readonly string[],
	columns: readonly Column[],
	more = "hive_partitioning = false",
): string {
	const typed = columns.map(({ name, type }) => `"${name}": '${TYPES[type]}'`);
	return `read_json(${list(paths)}, format = 'newline_delimited', columns = {${typed.join(", ")}}, ${more})`;
}

/** No rows, but every column with its type. */
function nothing(columns: readonly Column[], partition: string): string {
	const typed = columns.map(({ name, type }) => `NULL::${TYPES[type]} AS "${name}"`);
	return `SELECT ${typed.join(", ")}, NULL::VARCHAR AS ${partition} WHERE false`;
}

const list = (paths: readonly string[]): string => `[${paths.map(quote).join(", ")}]`;

const hive = (partition: string): string => `hive_partitioning = true, hive_types = {${partition}: VARCHAR}`;
