import * as z from "zod";

/** The ways in which the events of one envelope break their source's tracking plan: where and what, never the values. */
export const violationFound = z.object({
	version: z.literal(1),
	batchId: z.string(),
	source: z.string(),
	trackingPlanId: z.string().optional(),
	violations: z
		.array(
			z.object({
				messageId: z.string(),
				event: z.string().optional(),
				kind: z.string(),
				path: z.string(),
				description: z.string(),
				outcome: z.enum(["allowed", "omitted", "quarantined"]),
			}),
		)
		.min(1),
});

export type ViolationFound = z.infer<typeof violationFound>;
