import { REJECTIONS, type Rejection } from "#contracts/http/collect.ts";
import type { CollectedEvent, EventType } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import { findFault, isDeeper } from "./find-fault.ts";
import { MAX_EVENT_BYTES, MAX_EVENTS, MAX_LEVELS, MAX_MESSAGE_ID } from "./limits.ts";
import { type ByteLength, bytesAtMost, isLarger } from "./measure.ts";
import { isObject } from "./parse-body.ts";
import { type Reading, readEvent } from "./read-event.ts";
import type { Flaw } from "./read-fields.ts";
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
	/** No less than the JSON of what was accepted takes, with the names of its events once more. */
	readonly bytesAtMost: number;
};

/** JSON that is parsed and written again grows by its numbers alone: `1e20,` has 5 characters, written out it has 22. */
const GROWTH = 5;
/** Four times, a made messageId, flags and the names of the fields they stand in take less. */
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

function judgeAll(items: readonly Json[], body: Arrived, reading: Reading & Terms): Acceptance {
	const accepted: CollectedEvent[] = [];
	const rejected: Rejection[] = [];
	items.forEach((item, index) => {
		const judged = judge(item, body, reading);
		if ("code" in judged) rejected.push(reject(index, item, judged));
		else accepted.push(judged);
	});
	const seen = bytesAtMost(reading.seen);
	const grown = (GROWTH + 1) * body.bytes; // once more for the names
	return { accepted, rejected, bytesAtMost: grown + items.length * (ADDED_BYTES + reading.shared.bytes + seen) };
}

function judge(item: Json, body: Arrived, reading: Reading & Terms): CollectedEvent | Flaw {
	if (!isObject(item)) return { code: "not_an_object", path: "" };
	if (body.maybeOdd || (body.maybeDeep && isDeeper(item, MAX_LEVELS))) {
		const fault = findFault(item);
		if (fault) return fault;
	}
	if (body.bytes > MAX_EVENT_BYTES && isLarger(item, MAX_EVENT_BYTES - reading.shared.bytes, reading.byteLength)) {
		return { code: "event_too_large", path: "" };
	}
	return readEvent(item, reading);
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
