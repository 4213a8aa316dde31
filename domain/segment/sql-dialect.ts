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
	json: (column, steps) => `CAST(${duckdbJson(column, steps)} AS varchar)`,
	text: (column, steps) => {
		const { within, path } = inDuckdb(column, steps);
		return `json_extract_string(${within}, ${path})`;
	},
};

/** A text as SQL writes it. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A time, ISO 8601 UTC, as SQL writes it. */
export const sqlTimestamp = (iso: string): string => `timestamp ${sqlText(iso.slice(0, 23).replace("T", " "))}`;

const quoted = (step: string): string => `"${step.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

const trinoPath = (steps: readonly string[]): string =>
	sqlText(`$${steps.map((step) => `[${quoted(step)}]`).join("")}`);

/**
 * Step by step where a field is called `*`: DuckDB takes that for any field in a path, even in quotation marks, but not in a
 * JSON pointer; in a pointer again `0` is also a place in a list, so it leads only to the one field.
 */
function inDuckdb(column: string, steps: readonly string[]): { readonly within: string; readonly path: string } {
	const star = steps.lastIndexOf("*");
	if (star < 0) return { within: column, path: duckdbPath(steps) };
	const before = star === 0 ? column : duckdbJson(column, steps.slice(0, star));
	const after = steps.slice(star + 1);
	return after.length === 0
		? { within: before, path: sqlText("/*") }
		: { within: `json_extract(${before}, ${sqlText("/*")})`, path: duckdbPath(after) };
}

function duckdbJson(column: string, steps: readonly string[]): string {
	const { within, path } = inDuckdb(column, steps);
	return `json_extract(${within}, ${path})`;
}

const duckdbPath = (steps: readonly string[]): string =>
	sqlText(`$${steps.map((step) => `.${quoted(step)}`).join("")}`);
