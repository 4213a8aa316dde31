import type { Comparison } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import { momentOf } from "#domain/rules/dates.ts";
import { type SqlDialect, sqlDouble, sqlText } from "../sql-dialect.ts";

type Scalar = string | number | boolean;

/** Where a comparison is made. */
export type CompareEnv = {
	readonly dialect: SqlDialect /** ms: what relative dates are relative to. */;
	readonly now: number;
};

/**
 * `compare` of `domain/rules/compare.ts` in SQL: whether JSON text (an expression; NULL where nothing is) meets a comparison. True where it
 * does; false or NULL where it does not.
 */
export function compareSql(json: string, is: Comparison, env: CompareEnv): string {
	switch (is.op) {
		case "exists":
			return `${json} <> 'null'`;
		case "not_exists":
			return `coalesce(${json}, 'null') = 'null'`;
		case "eq":
			return isAmong(json, [is.value], env);
		case "ne":
			return differs(json, [is.value], env);
		case "in":
			return isAmong(json, is.value, env);
		case "not_in":
			return differs(json, is.value, env);
		case "gt":
			return ordered(json, { operator: ">", value: is.value }, env);
		case "gte":
			return ordered(json, { operator: ">=", value: is.value }, env);
		case "lt":
			return ordered(json, { operator: "<", value: is.value }, env);
		case "lte":
			return ordered(json, { operator: "<=", value: is.value }, env);
		case "contains":
			return holdsAny(json, [is.value], env);
		case "contains_any":
			return holdsAny(json, is.value, env);
		case "not_contains":
			return `(substr(${json}, 1, 1) IN ('"', '[') AND NOT ${holdsAny(json, [is.value], env)})`;
		case "starts_with":
			return `(${isText(json)} AND starts_with(${textOf(json, env)}, ${sqlText(is.value)}))`;
		case "ends_with":
			return `(${isText(json)} AND ${lastOf(textOf(json, env), is.value)} = ${sqlText(is.value)})`;
		case "before":
		case "after":
		case "within_last":
		case "within_next":
		case "before_last":
		case "after_next":
			return timed(momentSql(json, env.dialect), is, env.now);
	}
}

/** JSON tells the types apart by the first character. */
export const isText = (json: string): string => `substr(${json}, 1, 1) = '"'`;
const isNumber = (json: string): string => `${numberOf(json)} IS NOT NULL`;
const isBoolean = (json: string): string => `${json} IN ('true', 'false')`;

/** A JSON number as a double; NULL of all else, for text has quotation marks. */
export const numberOf = (json: string): string => `TRY_CAST(${json} AS double)`;

/** JSON text without its quotation marks. */
const textOf = (json: string, { dialect }: Pick<CompareEnv, "dialect">): string => dialect.text(json, []);

const anyOf = (conditions: readonly string[]): string =>
	conditions.length === 1 ? (conditions[0] ?? "") : `(${[...new Set(conditions)].join(" OR ")})`;

/** Of a type that is asked for, and none of the values. */
function differs(json: string, wanted: readonly Scalar[], env: CompareEnv): string {
	const types = wanted.map((each) => {
		if (typeof each === "string") return isText(json);
		return typeof each === "number" ? isNumber(json) : isBoolean(json);
	});
	return `(${anyOf(types)} AND NOT coalesce(${isAmong(json, wanted, env)}, false))`;
}

/** Text that every engine's JSON spells as we do: nothing is written as an escape but quotation marks and backslashes. */
const isPlain = (text: string): boolean =>
	!JSON.stringify(text)
		.replaceAll(/\\["\\]/g, "")
		.includes("\\");

/** A list may be long and a query may not (Athena takes 256 KB), so values of one type stand in one list. */
function isAmong(json: string, wanted: readonly Scalar[], env: CompareEnv): string {
	const texts = wanted.filter((each) => typeof each === "string");
	const plain = [
		...texts.filter(isPlain).map((text) => JSON.stringify(text)),
		...wanted.filter((each) => typeof each === "boolean").map(String),
	];
	const others = texts.filter((text) => !isPlain(text));
	const numbers = wanted.filter((each) => typeof each === "number");
	return anyOf([
		...(plain.length > 0 ? [oneOf(json, plain.map(sqlText))] : []),
		...(others.length > 0 ? [`(${isText(json)} AND ${oneOf(textOf(json, env), others.map(sqlText))})`] : []),
		...(numbers.length > 0 ? [`coalesce(${oneOf(numberOf(json), numbers.map(sqlDouble))}, false)`] : []),
	]);
}

const oneOf = (value: string, wanted: readonly string[]): string =>
	wanted.length === 1 ? `${value} = ${wanted[0]}` : `${value} IN (${wanted.join(", ")})`;

function ordered(
	json: string,
	{ operator, value }: { readonly operator: string; readonly value: string | number },
	env: CompareEnv,
): string {
	return typeof value === "string"
		? `(${isText(json)} AND ${textOf(json, env)} ${operator} ${sqlText(value)})`
		: `${numberOf(json)} ${operator} ${sqlDouble(value)}`;
}

/** A text within a text, or an element of a list. Never NULL where it is one of the two. */
function holdsAny(json: string, wanted: readonly string[], env: CompareEnv): string {
	const within = wanted.map((each) => `strpos(${textOf(json, env)}, ${sqlText(each)}) > 0`);
	const among = wanted.map((each) => `coalesce(${env.dialect.hasElement(json, each)}, false)`);
	return `CASE substr(${json}, 1, 1) WHEN '"' THEN ${anyOf(within)} WHEN '[' THEN ${anyOf(among)} ELSE false END`;
}

/** As many characters from the end as the ending has. SQL counts them by code point. */
const lastOf = (text: string, ending: string): string =>
	`substr(${text}, length(${text}) - ${Array.from(ending).length - 1})`;

/** What `momentOf` takes for a date, but for days that do not exist, which the engines find. */
const MOMENT =
	"(?:0[1-9]|[1-9]\\d)\\d\\d-\\d\\d-\\d\\d" +
	"(?:T(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,3})?)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d))?";

/** The moment that JSON text names, ms; NULL where `momentOf` finds none. */
function momentSql(json: string, dialect: SqlDialect): string {
	const text = dialect.text(json, []);
	return `CASE WHEN ${isText(json)} AND ${dialect.matches(text, MOMENT)} THEN ${dialect.momentMs(text)} END`;
}

type Timing = Extract<
	Comparison,
	{ op: "before" | "after" | "within_last" | "within_next" | "before_last" | "after_next" }
>;

function timed(moment: string, { op, value }: Timing, now: number): string {
	switch (op) {
		case "before":
			return `${moment} < ${momentOf(value) ?? "NULL"}`;
		case "after":
			return `${moment} > ${momentOf(value) ?? "NULL"}`;
		case "within_last":
			return `${moment} BETWEEN ${now - durationMs(value)} AND ${now}`;
		case "within_next":
			return `${moment} BETWEEN ${now} AND ${now + durationMs(value)}`;
		case "before_last":
			return `${moment} < ${now - durationMs(value)}`;
		case "after_next":
			return `${moment} > ${now + durationMs(value)}`;
	}
}
