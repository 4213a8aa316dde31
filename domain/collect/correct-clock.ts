import type { Json } from "#domain/model/json.ts";
import { type Moment, readMoment, writeIso } from "./iso-time.ts";
import { MAX_FUTURE_MS } from "./limits.ts";

/** The times an event was sent with. `sentAt` may be the batch's: it is the same for all its events, and read once. */
export type GivenTimes = {
	readonly timestamp: Json | undefined;
	readonly originalTimestamp: Json | undefined;
	readonly sentAt: Moment | undefined;
};

/** The times that are made of them, ISO 8601 UTC with milliseconds. */
export type Times = {
	readonly timestamp: string;
	readonly originalTimestamp: string;
	readonly sentAt: string;
	/** The sender said it lies more than 10 minutes ahead; `timestamp` was put back to `receivedAt`. */
	readonly isFuture: boolean;
};

/** When the request came, by our clock. */
export type Receipt = {
	readonly received: Moment;
	/** Through the import: old events keep the time they say, whatever the clock of the sender is now. */
	readonly isHistorical: boolean;
};

/**
 * When an event happened by our clock: `receivedAt − (sentAt − originalTimestamp)` (DESIGN 5). A sender that gives a
 * `timestamp` beside a different `originalTimestamp` has settled the matter itself (RudderStack's SDKs do, for a time
 * their caller chose), so that one stands. Answers the name of a field that is no time.
 */
export function correctClock(given: GivenTimes, { received, isHistorical }: Receipt): Times | keyof GivenTimes {
	const settled = readMoment(given.timestamp);
	if (settled === "invalid") return "timestamp";
	const original = readMoment(given.originalTimestamp);
	if (original === "invalid") return "originalTimestamp";
	const sent = given.sentAt ?? received;

	const happened = original ?? settled ?? sent;
	const isSettled = isHistorical || (settled !== undefined && settled.ms !== happened.ms);
	const corrected = isSettled ? (settled ?? happened).ms : received.ms - (sent.ms - happened.ms);
	const isFuture = corrected - received.ms > MAX_FUTURE_MS;
	return {
		timestamp: isFuture ? received.text : writeIso(corrected),
		originalTimestamp: happened.text,
		sentAt: sent.text,
		isFuture,
	};
}
