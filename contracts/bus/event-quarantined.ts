import * as z from "zod";

/** Events that wait for a person, with the reason; what they say stays in the quarantine. */
export const eventQuarantined = z.object({
	version: z.literal(1),
	batchId: z.string(),
	source: z.string(),
	events: z
		.array(
			z.object({
				messageId: z.string(),
				type: z.string(),
				event: z.string().optional(),
				reason: z.string(),
				receivedAt: z.string(),
			}),
		)
		.min(1),
});

export type EventQuarantined = z.infer<typeof eventQuarantined>;
