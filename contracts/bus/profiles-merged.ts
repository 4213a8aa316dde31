import { z } from "zod";

/** Several profiles turned out to be one person. The retired ids forward to the survivor for ever. */
export const profilesMerged = z.object({
	version: z.literal(1),
	profileId: z.string(),
	retired: z.array(z.string()).min(1),
	at: z.string(),
	messageId: z.string(),
});

/** New evidence showed that one profile was two people: each part with its seed ids, none moved. */
export const profilesSplit = z.object({
	version: z.literal(1),
	from: z.string(),
	into: z.array(z.string()).min(2),
	at: z.string(),
	messageId: z.string(),
});

export type ProfilesMerged = z.infer<typeof profilesMerged>;
export type ProfilesSplit = z.infer<typeof profilesSplit>;
