import type { Json } from "#domain/model/json.ts";
import { MAX_FUTURE_MS } from "./limits.ts";

/** The times an event was sent with, as they stood in the JSON. */
export type GivenTimes = {
	readonly timestamp?: Json | undefined;
	readonly originalTimestamp?: Json | undefined;
	readonly sentAt?: Json | undefined;
};

/** The four times of an event, ISO 8601 UTC with milliseconds. */
export type Times = {
	readonly timestamp: string;
	readonly originalTimestamp: string;
	readonly sentAt: string;
	readonly receivedAt: string;
	/** The sender said it lies more than 10 minutes ahead; `timestamp` was put back to `receivedAt`. */
	readonly isFuture: boolean;
};

export type Receipt = {
	readonly receivedAt: Date;
	/** Through the import: old events keep the time they say, whatever the clock of the sender is now. */
	readonly isHistorical: boolean;
};

/** What archives and SQL engines can tell: the years 1 to 9999. */
const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * When an event happened by our clock: `receivedAt − (sentAt − originalTimestamp)` (DESIGN 5). A sender that gives a
 * `timestamp` beside a different `originalTimestamp` has settled the matter itself (RudderStack's SDKs do, for a time
 * their caller chose), so that one stands. Answers the name of a field that is no time.
 */
export function correctClock(given: GivenTimes, { receivedAt, isHistorical }: Receipt): Times | keyof GivenTimes {
	const received = receivedAt.getTime();
	const settled = readTime(given.timestamp);
	if (Number.isNaN(settled)) return "timestamp";
	const original = readTime(given.originalTimestamp) ?? settled;
	if (Number.isNaN(original)) return "originalTimestamp";
	const sent = readTime(given.sentAt) ?? received;
	if (Number.isNaN(sent)) return "sentAt";

	const happened = original ?? sent;
	const isSettled = isHistorical || (settled !== undefined && settled !== happened);
	const corrected = isSettled ? (settled ?? happened) : received - (sent - happened);
	const isFuture = corrected - received > MAX_FUTURE_MS;
	return {
		timestamp: iso(isFuture ? received : Math.max(corrected, EARLIEST)),
		originalTimestamp: iso(happened),
		sentAt: iso(sent),
		receivedAt: iso(received),
		isFuture,
	};
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const ISO_8601 = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Milliseconds since 1970; undefined when there is none, NaN when it is no time. */
function readTime(value: Json | undefined): number | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	const time = typeof value === "string" ? parseIso(value) : typeof value === "number" ? fromEpoch(value) : Number.NaN;
	return time >= EARLIEST && time <= LATEST ? time : Number.NaN;
}

/** A time without a zone is UTC, wherever this runs. */
function parseIso(text: string): number {
	const match = ISO_8601.exec(text);
	if (!match) return Number.NaN;
	const isBare = match[1] === undefined && text.length > "YYYY-MM-DD".length;
	return Date.parse(`${text.replace(" ", "T")}${isBare ? "Z" : ""}`);
}

/** Seconds reach 100,000,000,000 in the year 5138; milliseconds passed it in 1973. */
const fromEpoch = (value: number): number => Math.trunc(Math.abs(value) < 1e11 ? value * 1000 : value);
