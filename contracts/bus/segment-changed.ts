import { z } from "zod";

/**
 * A profile entered or exited a segment (`SegmentEntered`, `SegmentExited`). (profileId, segmentId, version) names the
 * transition for ever; a consumer that remembers it is safe to see it twice.
 */
export const segmentChanged = z.object({
	version: z.literal(1),
	/** The transition: `<profileId>:<segmentId>:<membershipVersion>`. */
	transitionId: z.string(),
	profileId: z.string(),
	segmentId: z.string(),
	segmentVersion: z.number().int(),
	membershipVersion: z.number().int(),
	at: z.string(),
	cause: z.object({ kind: z.enum(["event", "merge", "edit", "recompute"]), messageId: z.string().optional() }),
	traits: z.record(z.string(), z.json()),
	identifiers: z.array(z.object({ namespace: z.string(), value: z.string() })),
});

export type SegmentChanged = z.infer<typeof segmentChanged>;
