import * as z from "zod";

/** Every profile that ever became part of this one, when, and through which event: the whole history, not this change alone. */
const lineage = z.array(z.object({ profileId: z.string(), mergedAt: z.string(), messageId: z.string() }));

/** Several profiles turned out to be one person. The retired ids forward to the survivor for ever. */
export const profilesMerged = z.object({
	version: z.literal(1),
	profileId: z.string(),
	/** The profiles that ended with this change. */
	retired: z.array(z.string()).min(1),
	lineage,
	at: z.string(),
	/** The event that showed it; for a person's decision the id of the journal entry. */
	messageId: z.string(),
});

/** New evidence, or a person's decision, showed that one profile was several people. */
export const profilesSplit = z.object({
	version: z.literal(1),
	from: z.string(),
	into: z.array(z.string()).min(2),
	/** Which seed ids each part has now. */
	parts: z.array(z.object({ profileId: z.string(), seedIds: z.array(z.string()), lineage })),
	at: z.string(),
	/** The event that showed it; for a person's decision the id of the journal entry. */
	messageId: z.string(),
});

export type ProfilesMerged = z.infer<typeof profilesMerged>;
export type ProfilesSplit = z.infer<typeof profilesSplit>;
