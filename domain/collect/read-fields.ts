import type { RejectionCode } from "#contracts/http/collect-codes.ts";
import type { CollectedEvent, EventType } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { isObject } from "./parse-body.ts";

/** Why an event is not accepted, and which of its fields is to blame. */
export type Flaw = { readonly code: RejectionCode; readonly path: string };

export const isFlaw = (judged: CollectedEvent | Flaw): judged is Flaw => "code" in judged;

/** An event while it is being put together. */
export type Draft = { -readonly [Field in keyof CollectedEvent]?: CollectedEvent[Field] };

/**
 * The spec's fields by what they hold. `own` ones are read elsewhere, or are not the event's: a write key is nobody's
 * data. A Map, since a sender may call a field `toString`.
 */
const FIELDS: ReadonlyMap<string, "id" | "text" | "object" | "own"> = new Map([
	["userId", "id"],
	["anonymousId", "id"],
	["groupId", "id"],
	["previousId", "id"],
	["event", "text"],
	["name", "text"],
	["category", "text"],
	["properties", "object"],
	["traits", "object"],
	["context", "object"],
	["integrations", "object"],
	["type", "own"],
	["messageId", "own"],
	["timestamp", "own"],
	["originalTimestamp", "own"],
	["sentAt", "own"],
	["receivedAt", "own"],
	["writeKey", "own"],
]);

/**
 * Sorts what was sent into the draft's fields and its `extra`. Answers the field that has a type the spec does not
 * allow, if one has. Writes into the draft, since one copy of an event is what parsing it already costs a third of.
 */
export function readFields(item: JsonObject, draft: Draft): Flaw | undefined {
	const fields = draft as { [field: string]: Json }; // FIELDS names fields of an event alone, READERS their types
	let extra: { [field: string]: Json } | undefined;
	for (const field in item) {
		const value = item[field];
		const kind = FIELDS.get(field);
		if (kind === "own" || value === undefined) continue;
		if (kind === undefined) {
			extra ??= {};
			extra[field] = value;
			continue;
		}
		const read = READERS[kind](value);
		if (read === WRONG) return { code: "wrong_type", path: field };
		if (read !== NONE) fields[field] = read;
	}
	if (extra) draft.extra = extra;
	return undefined;
}

const NONE = Symbol("absent");
const WRONG = Symbol("of a type the spec does not allow");

const READERS = {
	id: readId,
	text: (value: Json) => (typeof value === "string" ? value || NONE : value === null ? NONE : WRONG),
	object: (value: Json) => (isObject(value) ? value : value === null ? NONE : WRONG),
} as const satisfies Record<string, (value: Json) => Json | typeof NONE | typeof WRONG>;

/** SDKs send whole numbers too, as their callers gave them; those that lost digits on the way would be somebody else's. */
function readId(value: Json): string | typeof NONE | typeof WRONG {
	if (typeof value === "string") return value.trim() === "" ? NONE : value;
	if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : WRONG;
	return value === null ? NONE : WRONG;
}

/** The first thing that an event of this type must carry and does not. */
export function findMissing(type: EventType, draft: Draft): Flaw | undefined {
	if (type === "track" && draft.event === undefined) return { code: "missing_event", path: "event" };
	if (draft.userId === undefined && draft.anonymousId === undefined) return { code: "missing_id", path: "userId" };
	if (type === "group" && draft.groupId === undefined) return { code: "missing_group_id", path: "groupId" };
	if (type === "alias" && draft.previousId === undefined) return { code: "missing_previous_id", path: "previousId" };
	return undefined;
}
