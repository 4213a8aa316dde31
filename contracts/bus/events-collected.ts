import * as z from "zod";

const json: z.ZodType = z.json();
const object = z.record(z.string(), json);

/** One accepted event on the bus: the Segment spec's fields plus the collector's. Mirrors `domain/model/event.ts`. */
export const collectedEvent = z.object({
	messageId: z.string().min(1).max(100),
	type: z.enum(["track", "identify", "page", "screen", "group", "alias"]),
	event: z.string().optional(),
	name: z.string().optional(),
	category: z.string().optional(),
	userId: z.string().optional(),
	anonymousId: z.string().optional(),
	groupId: z.string().optional(),
	previousId: z.string().optional(),
	properties: object.optional(),
	traits: object.optional(),
	context: object,
	integrations: object.optional(),
	timestamp: z.string(),
	originalTimestamp: z.string(),
	sentAt: z.string(),
	receivedAt: z.string(),
	flags: z.array(z.enum(["future_timestamp", "historical"])).optional(),
	extra: object.optional(),
});

/**
 * The envelope (DESIGN D1): one bus entry for each request, split at 240 KB. `types` and `names` are the distinct event
 * types and track names inside, so that a rule can match with plain array patterns.
 */
export const eventsCollected = z.object({
	version: z.literal(1),
	batchId: z.string().min(1),
	source: z.string().min(1),
	receivedAt: z.string(),
	types: z.array(z.string()),
	names: z.array(z.string()),
	events: z.array(collectedEvent).min(1),
});

export type EventsCollected = z.infer<typeof eventsCollected>;
