/** The few functions that DuckDB and Athena (Trino) name differently. Columns of the archive hold JSON as text. */
export type SqlDialect = {
	/** The value at a path, as JSON: text stands in quotation marks. NULL when there is nothing. */
	json(column: string, steps: readonly string[]): string;
	/** The same with text as it is, without quotation marks. */
	text(column: string, steps: readonly string[]): string;
};

export const ATHENA: SqlDialect = {
	json: (column, steps) => `json_format(json_extract(${column}, ${trinoPath(steps)}))`,
	text: (column, steps) => `json_extract_scalar(${column}, ${trinoPath(steps)})`,
};

export const DUCKDB: SqlDialect = {
	json: (column, steps) => `CAST(json_extract(${column}, ${duckdbPath(steps)}) AS varchar)`,
	text: (column, steps) => `json_extract_string(${column}, ${duckdbPath(steps)})`,
};

/** A text as SQL writes it. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A time, ISO 8601 UTC, as SQL writes it. */
export const sqlTimestamp = (iso: string): string => `timestamp ${sqlText(iso.slice(0, 23).replace("T", " "))}`;

const quoted = (step: string): string => `"${step.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

const trinoPath = (steps: readonly string[]): string =>
	sqlText(`$${steps.map((step) => `[${quoted(step)}]`).join("")}`);

/** DuckDB takes `*` for any field even in quotation marks, but not in a JSON pointer; a pointer's `0` is also a place in a list. */
function duckdbPath(steps: readonly string[]): string {
	if (!steps.includes("*")) return sqlText(`$${steps.map((step) => `.${quoted(step)}`).join("")}`);
	return sqlText(steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""));
}
