import * as z from "zod";

/** What may make somebody enter or exit; `domain/model/membership.ts` says what each means. */
export const CAUSES = ["event", "time", "merge", "edit", "recompute", "reconcile", "list"] as const;

/** `leaf` is the condition that tipped it, by its place in the definition: `when.all.0`. */
export const cause = z.object({
	kind: z.enum(CAUSES),
	/** The event that tipped it; where a person decided who is who, the id of the journal's entry. */
	messageId: z.string().optional(),
	leaf: z.string().optional(),
});

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
	/** Grows with every change, told or not: what ends silently in a merge leaves a number out. */
	membershipVersion: z.number().int(),
	at: z.string(),
	cause,
	traits: z.record(z.string(), z.json()),
	identifiers: z.array(z.object({ namespace: z.string(), value: z.string() })),
});

export type SegmentChanged = z.infer<typeof segmentChanged>;
