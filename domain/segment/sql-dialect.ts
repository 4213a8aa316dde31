/**
 * What DuckDB and Athena (Trino) name differently. Columns of the archive hold JSON as text; all functions of Trino that stand
 * here are in the documentation of Athena's engine 3. Arguments are SQL expressions where not said otherwise.
 */
export type SqlDialect = {
	/**
	 * How many people one query may count things of. DuckDB holds all of them in memory until it has read every event, and the local
	 * server's has 96 MB; what is too much for Athena's, nobody has seen.
	 */
	readonly peopleAtOnce: number;
	/**
	 * How many characters of whole events one query may sort. DuckDB does not spill all of what it sorts: with 96 MB it did
	 * 60,000,000 and failed at 150,000,000 (seen with 1.5.6).
	 */
	readonly sortedAtOnce: number;
	/** The value at a path, as JSON: text stands in quotation marks. NULL when there is nothing. */
	json(column: string, steps: readonly string[]): string;
	/** The same with text as it is, without quotation marks. */
	text(column: string, steps: readonly string[]): string;
	/**
	 * Several values of one column by their paths: what to select beforehand, under an alias, and then the JSON of each by its place.
	 * DuckDB parses the column once for all of them. `nulls`: whether a JSON null is to be told from nothing.
	 */
	fields(column: string, paths: readonly (readonly string[])[], nulls: "kept" | "nothing"): SqlFields;
	/** Milliseconds since 1970 of a timestamp. */
	epochMs(timestamp: string): string;
	/** The same of a text that is surely spelled as ISO 8601; NULL for a day that does not exist. */
	momentMs(text: string): string;
	/** The elements of a JSON list, each as JSON text, as a table to join laterally; none of what is no list. */
	elements(json: string): string;
	/** Whether a JSON list has a text (as it is) as an element. Only asked of lists. */
	hasElement(json: string, text: string): string;
	/** A JSON list as text, of JSON texts in an aggregate. */
	listOf(json: string): string;
	/** Whether the whole of a text is as a pattern says (RE2 and Java understand it alike; SQL literal). */
	matches(text: string, pattern: string): string;
	/** A text without all that a pattern finds. */
	without(text: string, pattern: string): string;
	/** Bytes of a text in UTF-8. */
	bytes(text: string): string;
	/** The first digits (hex, 12 at most) of a text's SHA-256, as a number. */
	hashBits(text: string, digits: number): string;
	/** A whole number as one of 38 digits, so that no sum of such overflows. */
	wide(integer: string): string;
	/**
	 * An aggregate: of the rows with a value and an order (neither NULL), the value of the one with the greatest order. Both
	 * are columns, NULL where a row does not count: DuckDB passes over them for less than a FILTER costs, which cuts all columns to size.
	 */
	latest(value: string, order: string): string;
	/** The integral part of a double. */
	truncated(double: string): string;
	/** The `n` least texts of an aggregate, with commas between them. */
	leastOf(text: string, n: number): string;
};

type SqlFields = { readonly all: string; readonly at: (alias: string, place: number) => string };

export const ATHENA: SqlDialect = {
	peopleAtOnce: Number.POSITIVE_INFINITY,
	sortedAtOnce: Number.POSITIVE_INFINITY,
	json: (column, steps) => `json_format(json_extract(${column}, ${trinoPath(steps)}))`,
	text: (column, steps) => `json_extract_scalar(${column}, ${trinoPath(steps)})`,
	fields: (column, paths) => ({
		all: column,
		at: (alias, place) => `json_format(json_extract(${alias}, ${trinoPath(paths[place] ?? [])}))`,
	}),
	epochMs: (timestamp) => `date_diff('millisecond', timestamp '1970-01-01 00:00:00', ${timestamp})`,
	momentMs: (text) => `CAST(round(to_unixtime(TRY(from_iso8601_timestamp(${text}))) * 1000) AS bigint)`,
	elements: (json) =>
		`UNNEST(transform(coalesce(TRY_CAST(json_parse(${json}) AS array(json)), ARRAY[]), x -> json_format(x)))`,
	hasElement: (json, text) => `json_array_contains(${json}, ${sqlText(text)})`,
	listOf: (json) => `concat('[', array_join(array_agg(${json}), ','), ']')`,
	matches: (text, pattern) => `regexp_like(${text}, ${sqlText(`^(?:${pattern})$`)})`,
	without: (text, pattern) => `regexp_replace(${text}, ${sqlText(pattern)})`,
	bytes: (text) => `length(to_utf8(${text}))`,
	hashBits: (text, digits) => `from_base(substr(to_hex(sha256(to_utf8(${text}))), 1, ${digits}), 16)`,
	wide: (integer) => `CAST(${integer} AS decimal(38, 0))`,
	latest: (value, order) => `max_by(${value}, ${order}) FILTER (WHERE ${value} IS NOT NULL AND ${order} IS NOT NULL)`,
	truncated: (double) => `truncate(${double})`,
	leastOf: (text, n) => `array_join(min(${text}, ${n}), ',')`,
};

export const DUCKDB: SqlDialect = {
	peopleAtOnce: 40_000,
	sortedAtOnce: 16_000_000,
	json: (column, steps) => `CAST(${duckdbJson(column, steps)} AS varchar)`,
	text: (column, steps) => {
		const { within, path } = inDuckdb(column, steps);
		return `json_extract_string(${within}, ${path})`;
	},
	fields(column, paths, nulls) {
		const shape = shapeOf(paths);
		if (!shape) return { all: column, at: (alias, place) => DUCKDB.json(alias, paths[place] ?? []) };
		// twice as fast as one path after the other
		const found = `json_transform(${column}, ${sqlText(JSON.stringify(shape))})`;
		const foundAt = (struct: string, place: number) =>
			`CAST(${(paths[place] ?? []).reduce((within, step) => `struct_extract(${within}, ${sqlText(step)})`, struct)} AS varchar)`;
		if (nulls === "nothing") return { all: found, at: foundAt };
		return {
			// a struct takes null for nothing, so a text with a null in it is kept as well
			all: `struct_pack(found := ${found}, raw := CASE WHEN strpos(${column}, 'null') > 0 THEN ${column} END)`,
			at: (alias, place) =>
				`coalesce(${foundAt(`${alias}.found`, place)}, ${DUCKDB.json(`${alias}.raw`, paths[place] ?? [])})`,
		};
	},
	epochMs: (timestamp) => `epoch_ms(${timestamp})`,
	// it wants seconds, and takes a day for one of its own time zone
	momentMs: (text) =>
		`epoch_ms(TRY_CAST(CASE length(${text}) WHEN 10 THEN concat(${text}, 'T00:00:00Z') ` +
		`ELSE regexp_replace(${text}, '(T\\d\\d:\\d\\d)([Z+-])', '\\1:00\\2') END AS timestamptz))`,
	elements: (json) => `(SELECT CAST(unnest(json_extract(${json}, '$[*]')) AS varchar))`,
	hasElement: (json, text) =>
		`list_contains(CAST(json_extract(${json}, '$[*]') AS varchar[]), CAST(CAST(${sqlText(JSON.stringify(text))} AS json) AS varchar))`,
	listOf: (json) => `concat('[', string_agg(${json}, ','), ']')`,
	matches: (text, pattern) => `regexp_full_match(${text}, ${sqlText(pattern)})`,
	without: (text, pattern) => `regexp_replace(${text}, ${sqlText(pattern)}, '', 'g')`,
	bytes: (text) => `strlen(${text})`,
	hashBits: (text, digits) => `CAST(concat('0x', substr(sha256(${text}), 1, ${digits})) AS bigint)`,
	wide: (integer) => `CAST(${integer} AS hugeint)`,
	latest: (value, order) => `max_by(${value}, ${order})`,
	truncated: (double) => `trunc(${double})`,
	leastOf: (text, n) => `array_to_string(min(${text}, ${n}), ',')`,
};

/** A text as SQL writes it. A NUL, which no engine takes and no event has, becomes the character for what cannot be shown. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''").replaceAll("\u0000", "\uFFFD")}'`;

/** A number as SQL writes it: digits alone would be a decimal. */
export const sqlDouble = (number: number): string => `CAST('${number}' AS double)`;

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

type Shape = { [field: string]: Shape | "JSON" };

/**
 * The paths as what DuckDB makes structs by; undefined where it cannot: one path leads through the end of another, or two fields
 * differ in nothing but case, which it does not tell apart.
 */
function shapeOf(paths: readonly (readonly string[])[]): Shape | undefined {
	const shape: Shape = {};
	return paths.every((steps) => isPutInto(shape, steps)) ? shape : undefined;
}

function isPutInto(shape: Shape, [step = "", ...others]: readonly string[]): boolean {
	const alike = Object.keys(shape).find((field) => field.toLowerCase() === step.toLowerCase());
	if (step === "" || step === "__proto__") return false;
	if (others.length === 0) {
		shape[step] = "JSON";
		return alike === undefined;
	}
	const inner = alike === undefined ? {} : shape[step];
	if (typeof inner !== "object") return false;
	shape[step] = inner;
	return isPutInto(inner, others);
}
