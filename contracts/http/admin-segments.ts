import { z } from "zod";

/** The answer of `GET /v1/segments/{id}`. */
export const segmentAnswer = z.object({
	id: z.string(),
	name: z.string().optional(),
	description: z.string().optional(),
	version: z.number().int(),
	appliedAt: z.string(),
	size: z.number().int().describe("Members, as of sizeAt: of large segments the last recompute's count."),
	sizeAt: z.string(),
	isComplete: z
		.boolean()
		.describe(
			"Whether everybody was judged by this version; until then who met it before it was applied may be missing.",
		),
	recomputedAt: z.string().optional().describe("When everybody was judged last."),
});

/** The answer of `GET /v1/segments/{id}/members`: in no order that means something. */
export const membersAnswer = z.object({
	members: z.array(z.object({ profileId: z.string(), enteredAt: z.string() })),
	cursor: z.string().optional().describe("Present while there may be more."),
});

export type SegmentAnswer = z.infer<typeof segmentAnswer>;
export type MembersAnswer = z.infer<typeof membersAnswer>;
