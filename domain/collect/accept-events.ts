import type { Rejection } from "#contracts/http/collect.ts";
import { REJECTIONS } from "#contracts/http/collect-codes.ts";
import type { CollectedEvent, EventType } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { findFault, isDeeper } from "./find-fault.ts";
import { MAX_EVENT_BYTES, MAX_EVENTS, MAX_LEVELS, MAX_MESSAGE_ID } from "./limits.ts";
import { type ByteLength, type Weight, weigh } from "./measure.ts";
import { isObject } from "./parse-body.ts";
import { type Reading, readEvent } from "./read-event.ts";
import { type Flaw, isFlaw } from "./read-fields.ts";
import { type Arrived, NOTHING_SHARED, readShared } from "./read-shared.ts";

/** One event whose type the path says, or a list of them; `import` brings history. */
export type Call = EventType | "batch" | "import";

/** How to read a request, but for what its own body says. */
export type Terms = Omit<Reading, "type" | "shared" | "isHistorical"> & { readonly byteLength: ByteLength };

/** Keys are the sender's: a path made of them is echoed no longer than a person would read. */
const MAX_PATH = 200;

/** What became of each event of a request; together they are all of it. */
export type Acceptance = {
	readonly accepted: readonly CollectedEvent[];
	readonly rejected: readonly Rejection[];
	/** No less than the JSON of what was accepted takes. */
	readonly bytesAtMost: number;
};

/**
 * JSON that is parsed and written again grows by its numbers alone. `1e20,` has 5 characters and comes to have 22: at
 * most 18 more for a number, and at most 5 times as many for the whole.
 */
const GROWTH = { perNumber: 18, inAll: 5 };
/** Four times, a made messageId, a type, flags, and the names of the fields they stand in. */
const ADDED_BYTES = 512;

export type AcceptRefusal = "missing_batch" | "too_many_events" | "bad_shared_field";

/** Judges every event of a request by itself, or says why the request as a whole cannot be read. */
export function acceptEvents(body: Arrived, call: Call, terms: Terms): Acceptance | AcceptRefusal {
	if (call !== "batch" && call !== "import") {
		return judgeAll([body.value], body, { ...terms, type: call, shared: NOTHING_SHARED, isHistorical: false });
	}
	const { batch } = body.value;
	if (!Array.isArray(batch)) return "missing_batch";
	if (batch.length > MAX_EVENTS) return "too_many_events";
	const shared = readShared(body, terms.byteLength);
	if (typeof shared === "string") return shared;
	return judgeAll(batch, body, { ...terms, shared, isHistorical: call === "import" });
}

/** What judging the events of one request needs, and the weight of those weighed so far. */
type Case = Reading & Terms & { readonly body: Arrived; readonly weight: Weight };

function judgeAll(items: readonly Json[], body: Arrived, reading: Reading & Terms): Acceptance {
	const accepted: CollectedEvent[] = [];
	const rejected: Rejection[] = [];
	const all: Case = { ...reading, body, weight: { bytesAtMost: 0, numbers: 0 } };
	items.forEach((item, index) => {
		const judged = judge(item, all);
		if (isFlaw(judged)) rejected.push(reject(index, item, judged));
		else accepted.push(judged);
	});
	return { accepted, rejected, bytesAtMost: grown(all) + items.length * addedBytes(reading) };
}

function judge(item: Json, all: Case): CollectedEvent | Flaw {
	if (!isObject(item)) return { code: "not_an_object", path: "" };
	const { maybeOdd, maybeDeep, bytes } = all.body;
	if (maybeOdd || (maybeDeep && isDeeper(item, MAX_LEVELS))) {
		const fault = findFault(item);
		if (fault) return fault;
	}
	if (bytes > MAX_EVENT_BYTES && isTooLarge(item, all)) return { code: "event_too_large", path: "" };
	return readEvent(item, all);
}

/** What the batch gives to each event counts as the event's own. Writes the event out only when a glance does not say. */
function isTooLarge(item: JsonObject, { shared, weight, byteLength }: Case): boolean {
	const room = MAX_EVENT_BYTES - shared.bytes;
	const before = weight.bytesAtMost;
	weigh(item, weight);
	return weight.bytesAtMost - before > room && byteLength(JSON.stringify(item)) > room;
}

/** Only the events of large bodies were weighed. */
function grown({ body: { bytes }, weight: { numbers } }: Case): number {
	return bytes > MAX_EVENT_BYTES ? bytes + GROWTH.perNumber * numbers : bytes * GROWTH.inAll;
}

function addedBytes({ shared, seen }: Reading): number {
	const weight = { bytesAtMost: 0, numbers: 0 };
	weigh(seen, weight);
	return ADDED_BYTES + shared.bytes + weight.bytesAtMost;
}

function reject(index: number, item: Json, { code, path }: Flaw): Rejection {
	const messageId =
		isObject(item) && typeof item.messageId === "string" ? item.messageId.slice(0, MAX_MESSAGE_ID) : null;
	return {
		index,
		messageId,
		code,
		reason: REJECTIONS[code],
		path: path.slice(0, MAX_PATH),
	};
}
