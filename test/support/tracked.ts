import type { CollectedEvent } from "#domain/model/event.ts";
import type { JsonObject } from "#domain/model/json.ts";
import { happenedAt } from "./event-times.ts";

/** When everything happens in tests that are not about time. */
export const AT = "2026-03-01T10:00:00.000Z";

/** A track event of one user. */
export const tracked = (name: string, properties: JsonObject = {}): CollectedEvent => ({
	messageId: "m1",
	type: "track",
	event: name,
	userId: "u1",
	properties,
	context: {},
	...happenedAt(AT),
});
