import * as z from "zod";

/**
 * Which person some identifiers belong to from now on: one entry for each structural change, with those only that moved
 * or are new in a profile of several. The archive keeps it (`identity_changes`), so that SQL knows who is who, then and now.
 */
export const identityChanged = z.object({
	version: z.literal(1),
	/** Grows with every change of the clusters concerned, so the latest of a seed id is the one in force. ISO 8601 UTC. */
	at: z.string(),
	/** The event that showed it; for a person's decision the id of the journal entry. */
	messageId: z.string(),
	changes: z.array(z.object({ seedId: z.string(), profileId: z.string() })).min(1),
});

export type IdentityChanged = z.infer<typeof identityChanged>;
