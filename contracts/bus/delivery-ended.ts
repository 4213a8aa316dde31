import * as z from "zod";

/**
 * Deliveries that came to an end, many in one entry where they were made together: `DeliverySucceeded`, or
 * `DeliveryFailed` for those set aside for a person. (deliveryId, round) names the end; a consumer may hear it twice.
 */
export const deliveryEnded = z.object({
	version: z.literal(1),
	deliveries: z
		.array(
			z.object({
				deliveryId: z.string(),
				destinationId: z.string(),
				action: z.string(),
				profileId: z.string(),
				/** What the delivery told of. */
				kind: z.enum(["event", "entered", "exited"]),
				/** The event it goes back to, where there is one. */
				messageId: z.string().optional(),
				segmentId: z.string().optional(),
				transitionId: z.string().optional(),
				state: z.enum(["delivered", "dead", "paused"]),
				/** Why it is dead or paused: a stable code. */
				reason: z.string().optional(),
				round: z.number().int(),
				/** How many tries the round took. */
				attempt: z.number().int(),
				at: z.string(),
			}),
		)
		.min(1),
});

export type DeliveryEnded = z.infer<typeof deliveryEnded>;
