import type { FixedComparison as Comparison, NamedEvent } from "#contracts/definitions/condition.ts";
import { type SqlDialect, sqlText } from "./sql-dialect.ts";

/**
 * Which rows of the archive a leaf counts, as a condition in SQL that DuckDB and Athena understand alike. It is never
 * NULL-sensitive: a row for which it is unknown is not counted, as `compare` says of what is not there.
 */
export function leafSql({ event, where }: NamedEvent, dialect: SqlDialect): string {
	const conditions = where.map(({ path, is }) => {
		const [column = "", ...steps] = path.split(".");
		return comparisonSql(is, { json: dialect.json(column, steps), text: dialect.text(column, steps) });
	});
	return ["type = 'track'", `event = ${sqlText(event)}`, ...conditions].join(" AND ");
}

type Value = { readonly json: string; readonly text: string };
type Scalar = string | number | boolean;

function comparisonSql(is: Comparison, value: Value): string {
	switch (is.op) {
		case "exists":
			return `(${value.json} IS NOT NULL AND ${value.json} <> 'null')`;
		case "not_exists":
			return `(${value.json} IS NULL OR ${value.json} = 'null')`;
		case "eq":
			return equals(value, is.value);
		case "ne":
			return `(${hasTypeOf(value, is.value)} AND NOT ${equals(value, is.value)})`;
		case "in":
			return isAmong(value, is.value);
		case "not_in":
			return `(${anyOf(is.value.map((each) => hasTypeOf(value, each)))} AND NOT ${isAmong(value, is.value)})`;
		case "gt":
			return ordered(value, ">", is.value);
		case "gte":
			return ordered(value, ">=", is.value);
		case "lt":
			return ordered(value, "<", is.value);
		case "lte":
			return ordered(value, "<=", is.value);
		case "contains":
			return `(${isText(value)} AND strpos(${value.text}, ${sqlText(is.value)}) > 0)`;
		case "not_contains":
			return `(${isText(value)} AND strpos(${value.text}, ${sqlText(is.value)}) = 0)`;
		case "starts_with":
			return `(${isText(value)} AND starts_with(${value.text}, ${sqlText(is.value)}))`;
		case "ends_with":
			return `(${isText(value)} AND ${lastOf(value, is.value)} = ${sqlText(is.value)})`;
		default:
			return "false";
	}
}

const anyOf = (conditions: readonly string[]): string => `(${[...new Set(conditions)].join(" OR ")})`;

/** JSON tells the types apart by the first character. */
const isText = ({ json }: Value): string => `substr(${json}, 1, 1) = '"'`;
const isNumber = ({ json }: Value): string => `strpos('-0123456789', substr(${json}, 1, 1)) > 0`;
const isBoolean = ({ json }: Value): string => `${json} IN ('true', 'false')`;
const numberOf = ({ text }: Value): string => `TRY_CAST(${text} AS double)`;
const sqlNumber = (number: number): string => `CAST('${number}' AS double)`;

function hasTypeOf(value: Value, sample: Scalar): string {
	if (typeof sample === "string") return isText(value);
	return typeof sample === "number" ? isNumber(value) : isBoolean(value);
}

/** A list may be long and a query may not (Athena takes 256 KB), so values of one type stand in one list. */
function isAmong(value: Value, wanted: readonly Scalar[]): string {
	const texts = wanted.filter((each) => typeof each === "string").map(sqlText);
	const numbers = wanted.filter((each) => typeof each === "number").map(sqlNumber);
	const others = wanted.filter((each) => typeof each === "boolean").map((each) => equals(value, each));
	return anyOf([
		...(texts.length > 0 ? [`(${isText(value)} AND ${value.text} IN (${texts.join(", ")}))`] : []),
		...(numbers.length > 0 ? [`(${isNumber(value)} AND ${numberOf(value)} IN (${numbers.join(", ")}))`] : []),
		...others,
	]);
}

function equals(value: Value, wanted: Scalar): string {
	if (typeof wanted === "boolean") return `${value.json} = '${wanted}'`;
	return ordered(value, "=", wanted);
}

function ordered(value: Value, operator: string, wanted: string | number): string {
	return typeof wanted === "string"
		? `(${isText(value)} AND ${value.text} ${operator} ${sqlText(wanted)})`
		: `(${isNumber(value)} AND ${numberOf(value)} ${operator} ${sqlNumber(wanted)})`;
}

/** As many characters from the end as the ending has. SQL counts them by code point. */
const lastOf = ({ text }: Value, ending: string): string =>
	`substr(${text}, length(${text}) - ${Array.from(ending).length - 1})`;
