import type { CollectedEvent } from "./event.ts";

/** Between a value and its slice. A slice never holds it, so the last one in a value is where the slice begins. */
const MARK = "|";
const LONGEST = 100;

/**
 * The part of a time-sliced identifier's life that an event belongs to: its session where the SDK says one
 * (`context.sessionId`, as RudderStack does), else its day (UTC). A function of the event alone, whenever it comes.
 */
export function sliceOf({ context: { sessionId }, timestamp }: CollectedEvent): string {
	if (typeof sessionId === "number" && Number.isSafeInteger(sessionId)) return String(sessionId);
	const session = typeof sessionId === "string" ? sessionId.trim() : "";
	const isUsable = session !== "" && session.length <= LONGEST && !session.includes(MARK);
	return isUsable ? session : dayOf(timestamp);
}

/** What a time-sliced identifier is called: `tablet-7|2026-01-31`, `tablet-7|1700000000`. */
export const sliced = (value: string, slice: string): string => `${value}${MARK}${slice}`;

/** The value and the slice of what `sliced` made; without a slice where there is none in it. */
export function unslice(text: string): { readonly value: string; readonly slice?: string } {
	const at = text.lastIndexOf(MARK);
	return at < 0 ? { value: text } : { value: text.slice(0, at), slice: text.slice(at + MARK.length) };
}

/** The UTC day, `YYYY-MM-DD`; what is no time is left as it is: it goes no further than the archive. */
function dayOf(timestamp: string): string {
	const moment = new Date(timestamp);
	return Number.isNaN(moment.getTime()) ? timestamp.slice(0, LONGEST) : moment.toISOString().slice(0, 10);
}
