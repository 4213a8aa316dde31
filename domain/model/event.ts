import type { Json, JsonObject } from "./json.ts";

/** The six calls of the Segment spec. */
export const EVENT_TYPES = ["track", "identify", "page", "screen", "group", "alias"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * Marks the collector sets, never the sender.
 * - `future_timestamp`: the sender's clock said more than 10 minutes ahead; `timestamp` was clamped to `receivedAt`.
 * - `historical`: came through `/v1/import`; it fills profiles and segments, but is delivered to no destination.
 */
export type EventFlag = "future_timestamp" | "historical";

/**
 * One event as the collector accepted it: the Segment spec's fields, plus the times in ISO 8601 UTC with milliseconds.
 * `timestamp` is when it happened by our clock: `receivedAt − (sentAt − originalTimestamp)`.
 * At least one of `userId`, `anonymousId` (or for `group` a `groupId` beside one of them) is there.
 */
export type CollectedEvent = {
	readonly messageId: string;
	readonly type: EventType;
	/** The name, for `track`. For `page` and `screen` the page's own name is `name`. */
	readonly event?: string;
	readonly name?: string;
	readonly category?: string;
	readonly userId?: string;
	readonly anonymousId?: string;
	readonly groupId?: string;
	readonly previousId?: string;
	readonly properties?: JsonObject;
	readonly traits?: JsonObject;
	readonly context: JsonObject;
	readonly integrations?: JsonObject;
	readonly timestamp: string;
	readonly originalTimestamp: string;
	readonly sentAt: string;
	readonly receivedAt: string;
	readonly flags?: readonly EventFlag[];
	/** Fields the sender added that the spec does not know: kept, archived, not interpreted. */
	readonly extra?: { readonly [field: string]: Json };
};

/** A collected event with the id of the source it came from. */
export type SourcedEvent = CollectedEvent & { readonly source: string };
