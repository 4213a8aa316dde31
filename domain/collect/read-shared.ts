import type { JsonObject } from "#domain/model/json.ts";
import { findFault } from "./find-fault.ts";
import { type Moment, readMoment } from "./iso-time.ts";
import type { ByteLength } from "./measure.ts";
import { isObject, type ParsedBody } from "./parse-body.ts";

/** A body with the bytes it came as, decompressed. */
export type Arrived = ParsedBody & { readonly bytes: number };

/** What a batch says once for all its events. */
export type Shared = {
	readonly context?: JsonObject;
	readonly integrations?: JsonObject;
	/** When the batch was sent; for events that do not say it themselves. */
	readonly sentAt?: Moment | "invalid";
	/** What merging it adds to an event at most. */
	readonly bytes: number;
};

export const NOTHING_SHARED: Shared = { bytes: 0 };

/** Reads what a batch says for all its events; a flaw here would be a flaw of each, so the request as a whole is refused. */
export function readShared(body: Arrived, byteLength: ByteLength): Shared | "bad_shared_field" {
	const { context = null, integrations = null } = body.value;
	const sentAt = readMoment(body.value.sentAt);
	const merged = { ...(context !== null && { context }), ...(integrations !== null && { integrations }) };
	if (!Object.values(merged).every(isObject)) return "bad_shared_field";
	if ((body.maybeOdd || body.maybeDeep) && findFault(merged)) return "bad_shared_field";
	const bytes = context === null && integrations === null ? 0 : byteLength(JSON.stringify(merged));
	return { ...(merged as Pick<Shared, "context" | "integrations">), ...(sentAt && { sentAt }), bytes }; // every value is an object
}
