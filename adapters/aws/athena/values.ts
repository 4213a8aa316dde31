import type { ColumnInfo } from "@aws-sdk/client-athena";
import type { Json } from "#domain/model/json.ts";

/** As many digits as every double keeps. */
const DIGITS_OF_A_NUMBER = 15;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?(?: UTC)?$/;

/**
 * A value of a result as JSON; Athena answers all as text. Whole numbers and decimals become numbers where a number
 * keeps them exactly, times with a date ISO 8601 UTC with milliseconds; the rest stays as it is.
 */
export function toJson(text: string | undefined, { Type = "", Precision = 0 }: ColumnInfo): Json {
	if (text === undefined) return null;
	switch (Type.toLowerCase()) {
		case "boolean":
			return text === "true";
		case "tinyint":
		case "smallint":
		case "int":
		case "integer":
		case "bigint":
			return Number.isSafeInteger(Number(text)) ? Number(text) : text;
		case "real":
		case "float":
		case "double":
			return Number.isFinite(Number(text)) ? Number(text) : text;
		case "decimal":
			return Precision <= DIGITS_OF_A_NUMBER ? Number(text) : text;
		case "timestamp":
		case "timestamp with time zone":
			return isoOf(text);
		default:
			return text;
	}
}

function isoOf(text: string): string {
	const [, day, time, fraction = ""] = TIME.exec(text) ?? [];
	return day && time ? `${day}T${time}.${fraction.padEnd(3, "0")}Z` : text;
}
