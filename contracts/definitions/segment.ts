import * as z from "zod";
import { condition } from "./condition.ts";
import { id } from "./id.ts";

const alarm = z
	.strictObject({
		above: z.number().int().min(0).optional().describe("When more people than this are in it."),
		below: z.number().int().min(1).optional().describe("When fewer people than this are in it."),
		changePercent: z
			.number()
			.gt(0)
			.max(10_000)
			.optional()
			.describe("When its size differs by so many per cent from when it was measured before."),
	})
	.refine(
		(says) => Object.values(says).some((value) => value !== undefined),
		"at least one of above, below, changePercent",
	)
	.describe("Tells the bus (`SegmentVolumeChanged`) when its size is not what you expect: `{ below: 100 }`.");
export type VolumeAlarm = z.infer<typeof alarm>;

/** A rule over profiles and events. Who meets it is its members. */
export const segment = z.strictObject({
	id,
	name: z.string().optional(),
	description: z.string().optional(),
	when: condition,
	alarm: alarm.optional(),
});

export type Segment = z.infer<typeof segment>;
