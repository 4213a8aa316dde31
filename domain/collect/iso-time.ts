import type { Json } from "#domain/model/json.ts";

/** A time twice: milliseconds since 1970, and ISO 8601 UTC with milliseconds. */
export type Moment = { readonly ms: number; readonly text: string };

export const moment = (ms: number): Moment => ({ ms, text: writeIso(ms) });

/** What archives and SQL engines can tell: the years 1 to 9999. */
const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");
const DAY_MS = 86_400_000;

/** `00` to `99`, ready made. */
const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));

/** The dates of days already written: a process sees the same few over and over, an import those of years. */
const dates = new Map<number, string>();
const MAX_DATES = 4000;

/**
 * What `new Date(ms).toISOString()` says, at a quarter of its cost: every event has four times, and the engine's
 * formatter would cost as much as parsing the whole event. Times before the year 1 become its first moment.
 */
export function writeIso(at: number): string {
	const ms = Math.max(at, EARLIEST);
	const day = Math.floor(ms / DAY_MS);
	const rest = ms - day * DAY_MS;
	const seconds = Math.floor(rest / 1000);
	const minutes = Math.floor(seconds / 60);
	const thousandths = rest - seconds * 1000;
	const time = `${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}`;
	return `${dates.get(day) ?? dateOf(day)}T${time}.${Math.floor(thousandths / 100)}${TWO[thousandths % 100]}Z`;
}

function dateOf(day: number): string {
	if (dates.size >= MAX_DATES) dates.clear();
	const date = new Date(day * DAY_MS).toISOString().slice(0, "YYYY-MM-DD".length);
	dates.set(day, date);
	return date;
}

/** Written as `writeIso` would, and no date that no month has: the 29th and later are left to the slower way. */
const AS_WRITTEN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** ISO 8601 as far as SDKs write it: a date, a time to the nanosecond, a zone. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Reads a time as SDKs send it: undefined when there is none. */
export function readMoment(value: Json | undefined): Moment | "invalid" | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	if (typeof value === "string")
		return AS_WRITTEN.test(value) ? within(Date.parse(value), value) : within(parse(value));
	return typeof value === "number" ? within(fromEpoch(value)) : "invalid";
}

function within(ms: number, text?: string): Moment | "invalid" {
	return ms >= EARLIEST && ms <= LATEST ? { ms, text: text ?? writeIso(ms) } : "invalid";
}

/** A time without a zone is UTC, wherever this runs. */
function parse(text: string): number {
	const match = ISO_8601.exec(text);
	if (!match) return Number.NaN;
	const isBare = match[1] === undefined && text.length > "YYYY-MM-DD".length;
	return Date.parse(`${text.replace(" ", "T")}${isBare ? "Z" : ""}`);
}

/** Seconds reach 100,000,000,000 in the year 5138; milliseconds passed it in 1973. */
const fromEpoch = (value: number): number => Math.trunc(Math.abs(value) < 1e11 ? value * 1000 : value);
