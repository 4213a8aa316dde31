import * as z from "zod";

const object = z.record(z.string(), z.json());
/** An id as SDKs send it: older ones send whole numbers, which are read as their digits; empty means none. */
const id = z.union([z.string(), z.int()]).nullish();
/** ISO 8601, or a number since 1970: milliseconds, or seconds when it is below 100,000,000,000. */
const time = z.union([z.string(), z.number()]).nullish();

export const eventType = z.enum(["track", "identify", "page", "screen", "group", "alias"]);

/**
 * One event as a sender writes it: the Segment spec's fields. `null` counts as absent. What the spec does not know is
 * kept under `extra`. The collector checks by hand, since zod would cost more than the parse; a test holds both equal.
 */
export const sentEvent = z.looseObject({
	type: eventType.nullish().describe("May be left out where the path says it."),
	messageId: z.string().max(100).nullish().describe("Made when missing. Events with the same one count once."),
	userId: id,
	anonymousId: id,
	groupId: id.describe("Required for group."),
	previousId: id.describe("Required for alias."),
	event: z.string().nullish().describe("Required for track."),
	name: z.string().nullish(),
	category: z.string().nullish(),
	properties: object.nullish(),
	traits: object.nullish(),
	context: object.nullish(),
	integrations: object.nullish(),
	timestamp: time,
	originalTimestamp: time,
	sentAt: time,
});
