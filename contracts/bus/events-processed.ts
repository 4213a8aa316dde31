import * as z from "zod";
import { collectedEvent } from "./events-collected.ts";

/**
 * Events that reached their profile, each with the profile as it stood right after. Only events that a destination's
 * subscription asks for are put on the bus: an entry nobody wants would be billed all the same.
 */
export const eventsProcessed = z.object({
	version: z.literal(1),
	batchId: z.string(),
	source: z.string(),
	names: z.array(z.string()),
	events: z.array(
		z.object({
			event: collectedEvent,
			profileId: z.string(),
			traits: z.record(z.string(), z.json()),
			identifiers: z.array(z.object({ namespace: z.string(), value: z.string() })),
		}),
	),
});

export type EventsProcessed = z.infer<typeof eventsProcessed>;
