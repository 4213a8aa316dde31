import * as z from "zod";
import { seenEvent } from "./profiles.ts";

/** The query of `GET /v1/quarantine`: the events received on a day, newest first. */
export const quarantineQuery = z.strictObject({
	day: z.iso.date().optional().describe("A UTC day; today when not given."),
	limit: z.coerce.number().int().min(1).max(500).default(100),
	cursor: z.string().min(1).max(2000).optional(),
});

/** What waits for a person to look at it, and why. */
export const quarantineAnswer = z.object({
	day: z.string(),
	events: z.array(
		z.object({
			event: seenEvent,
			batchId: z.string(),
			reason: z.string(),
			violations: z.array(z.looseObject({})),
		}),
	),
	cursor: z.string().optional().describe("Present while there may be more of this day."),
});

export type QuarantineAnswer = z.infer<typeof quarantineAnswer>;
