import type { SourcedEvent } from "#domain/model/event.ts";
import type { Violation } from "#domain/model/violation.ts";

/** Why an event waits for a person. */
export type QuarantineReason =
	/** The tracking plan does not name this event. */
	| "unplanned_event"
	/** It breaks its tracking plan in the ways that are told with it. */
	| "plan_violated"
	/** Nothing in it points at a person, or only values that point at nobody. */
	| "no_usable_identifier"
	/** Its `timestamp` is no time. */
	| "invalid_timestamp"
	/** It made the pass fail, by itself and every time. */
	| "unprocessable";

export type QuarantinedEvent = {
	readonly event: SourcedEvent;
	/** The envelope it came in. */
	readonly batchId: string;
	readonly reason: QuarantineReason;
	readonly violations: readonly Violation[];
};

type QuarantinePage = { readonly events: readonly QuarantinedEvent[]; readonly cursor?: string };

/** Where events wait for a person when no retry can cure them. Nothing is ever thrown away. */
export interface Quarantine {
	/** Keeps all of them; to hold one twice is to hold it once. */
	hold(events: readonly QuarantinedEvent[]): Promise<void>;
	/** What was received on a UTC day (`YYYY-MM-DD`), newest first; `cursor` is there while there may be more. */
	list(day: string, page?: { readonly limit?: number; readonly cursor?: string }): Promise<QuarantinePage>;
}
