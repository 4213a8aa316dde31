import { type CollectedEvent, EVENT_TYPES, type EventFlag, type EventType } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { correctClock, type Receipt, type Times } from "./correct-clock.ts";
import { readMoment } from "./iso-time.ts";
import { MAX_MESSAGE_ID } from "./limits.ts";
import { type Draft, type Flaw, findMissing, readFields } from "./read-fields.ts";
import type { Shared } from "./read-shared.ts";

/** What holds for every event of a request. */
export type Reading = Receipt & {
	/** The type that the path says, for the calls that bring one event. */
	readonly type?: EventType;
	/** What the write key may send; absent when it may send everything. */
	readonly allowedTypes?: readonly EventType[];
	/** The batch's own fields, given to each event that does not say otherwise. */
	readonly shared: Shared;
	/** What the connection tells of the sender; fills `context.ip` and `context.userAgent` where they are missing. */
	readonly seen: JsonObject;
	readonly newId: () => string;
};

/** Reads one event as it was sent: the event as it goes on, or why it cannot. */
export function readEvent(item: JsonObject, reading: Reading): CollectedEvent | Flaw {
	const type = readType(item.type, reading);
	if (typeof type === "object") return type;
	const messageId = readMessageId(item.messageId, reading.newId);
	if (typeof messageId === "object") return messageId;
	const draft: Draft = { messageId, type };
	const flaw = readFields(item, draft) ?? findMissing(type, draft);
	if (flaw) return flaw;
	const sentAt = readMoment(item.sentAt) ?? reading.shared.sentAt;
	if (sentAt === "invalid") return { code: "invalid_timestamp", path: "sentAt" };
	const { timestamp, originalTimestamp } = item;
	const times = correctClock({ timestamp, originalTimestamp, sentAt }, reading);
	if (typeof times === "string") return { code: "invalid_timestamp", path: times };
	return finish(draft, times, reading);
}

function readType(given: Json | undefined, { type: expected, allowedTypes }: Reading): EventType | Flaw {
	const type = given ?? expected;
	const flaw = (code: Flaw["code"]): Flaw => ({ code, path: "type" });
	if (type === undefined) return flaw("missing_type");
	if (!isEventType(type)) return flaw("unknown_type");
	if (expected !== undefined && type !== expected) return flaw("type_mismatch");
	return allowedTypes && !allowedTypes.includes(type) ? flaw("type_not_allowed") : type;
}

const isEventType = (value: Json): value is EventType => (EVENT_TYPES as readonly Json[]).includes(value);

function readMessageId(given: Json | undefined, newId: () => string): string | Flaw {
	if (given === undefined || given === null || given === "") return newId();
	if (typeof given !== "string") return { code: "wrong_type", path: "messageId" };
	return given.length > MAX_MESSAGE_ID ? { code: "message_id_too_long", path: "messageId" } : given;
}

/** Adds what the request says for all its events. The event's own fields win over it. */
function finish(draft: Draft, times: Times, { shared, seen, received, isHistorical }: Reading): CollectedEvent {
	draft.context = merge(merge(seen, shared.context), draft.context);
	if (shared.integrations) draft.integrations = merge(shared.integrations, draft.integrations);
	draft.timestamp = times.timestamp;
	draft.originalTimestamp = times.originalTimestamp;
	draft.sentAt = times.sentAt;
	draft.receivedAt = received.text;
	const flags: EventFlag[] = [];
	if (times.isFuture) flags.push("future_timestamp");
	if (isHistorical) flags.push("historical");
	if (flags.length > 0) draft.flags = flags;
	return draft as CollectedEvent; // messageId and type came with it, the rest of what is required stands above
}

/** Both, of which the second wins; no copy where one of them says nothing. */
function merge(base: JsonObject, over: JsonObject = {}): JsonObject {
	if (isEmpty(base)) return over;
	return isEmpty(over) ? base : { ...base, ...over };
}

function isEmpty(object: JsonObject): boolean {
	for (const _ in object) return false;
	return true;
}
