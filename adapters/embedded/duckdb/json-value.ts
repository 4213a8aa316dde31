import {
	type DuckDBType,
	DuckDBTypeId,
	type DuckDBValue,
	type DuckDBValueConverter,
	JsonDuckDBValueConverter,
} from "@duckdb/node-api";
import type { Json } from "#domain/model/json.ts";

/** As many digits as every double keeps. */
const DIGITS_OF_A_NUMBER = 15;

/**
 * A value of a result as JSON: whole numbers and decimals as numbers where a number keeps them exactly, else as text;
 * times with a date in ISO 8601 UTC with milliseconds; the rest as the library's own JSON has it.
 */
export const toJson: DuckDBValueConverter<Json> = (value, type, converter) => {
	if (value === null) return null;
	if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
	if (type.typeId === DuckDBTypeId.DECIMAL) {
		return type.width <= DIGITS_OF_A_NUMBER ? Number(String(value)) : String(value);
	}
	if (isTimestamp(type)) return isoOf(value);
	// the library's converter gives JSON, and its own JSON type is the same as ours
	return JsonDuckDBValueConverter(value, type, converter as unknown as typeof JsonDuckDBValueConverter) as Json;
};

const isTimestamp = ({ typeId }: DuckDBType): boolean =>
	typeId === DuckDBTypeId.TIMESTAMP ||
	typeId === DuckDBTypeId.TIMESTAMP_S ||
	typeId === DuckDBTypeId.TIMESTAMP_MS ||
	typeId === DuckDBTypeId.TIMESTAMP_NS ||
	typeId === DuckDBTypeId.TIMESTAMP_TZ;

const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?(?:\+00(?::00)?)?$/;

/** The text DuckDB writes, put as ISO 8601; what is no such time (infinity, years beyond 9999) stays as it is. */
function isoOf(value: DuckDBValue): string {
	const text = String(value);
	const [, day, time, fraction = ""] = TIME.exec(text) ?? [];
	return day && time ? `${day}T${time}.${fraction.padEnd(3, "0")}Z` : text;
}
