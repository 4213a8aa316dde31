import * as z from "zod";

/** A segment was measured and its size is not what its definition's `alarm` expects. (segmentId, at) names the measurement. */
export const segmentVolumeChanged = z.object({
	version: z.literal(1),
	segmentId: z.string(),
	segmentVersion: z.number().int(),
	/** When it was measured. */
	at: z.string(),
	size: z.number().int(),
	/** The size before, and when; absent where it is measured for the first time. */
	before: z.object({ size: z.number().int(), at: z.string() }).optional(),
	/** What the alarm says of it: each once when it begins to be so, `changed` with each measurement for which it is. */
	reasons: z.array(z.enum(["above", "below", "changed"])).min(1),
});

export type SegmentVolumeChanged = z.infer<typeof segmentVolumeChanged>;
