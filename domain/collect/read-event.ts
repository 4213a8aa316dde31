import { type CollectedEvent, EVENT_TYPES, type EventFlag, type EventType } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { correctClock, type Receipt, type Times } from "./correct-clock.ts";
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
	const draft = readFields(item);
	if ("code" in draft) return draft;
	const missing = findMissing(type, draft);
	if (missing) return missing;
	const { timestamp, originalTimestamp } = item;
	const times = correctClock({ timestamp, originalTimestamp, sentAt: item.sentAt ?? reading.shared.sentAt }, reading);
	if (typeof times === "string") return { code: "invalid_timestamp", path: times };
	return finish({ ...draft, messageId, type }, times, reading);
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

function finish(
	draft: Draft & Pick<CollectedEvent, "messageId" | "type">,
	{ isFuture, ...times }: Times,
	{ shared, seen, isHistorical }: Reading,
): CollectedEvent {
	const context = { ...seen, ...shared.context, ...draft.context };
	const event: CollectedEvent = { ...draft, context, ...times };
	const integrations = shared.integrations && { ...shared.integrations, ...draft.integrations };
	const flags: EventFlag[] = [];
	if (isFuture) flags.push("future_timestamp");
	if (isHistorical) flags.push("historical");
	return {
		...event,
		...(integrations && { integrations }),
		...(flags.length > 0 && { flags }),
	};
}
