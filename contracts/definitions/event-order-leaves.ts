import * as z from "zod";
import { duration, durationMs } from "./duration.ts";
import { eventName, eventPath, namedEvent, where } from "./event-leaf.ts";

/** What the last event of a kind was like. */
export const lastEventLeaf = z
	.strictObject({
		lastEvent: eventName,
		where,
		has: where.unwrap().min(1).describe("What the last of them must be like: all of these."),
		within: duration.optional().describe("And it happened so long ago at most."),
	})
	.describe("What the last event of a kind was like.");
export type LastEventLeaf = z.infer<typeof lastEventLeaf>;

/** Events that followed one another, the last of which may be one that did not come. */
export const sequenceLeaf = z
	.strictObject({
		sequence: z
			.array(z.union([namedEvent, z.strictObject({ not: namedEvent })]))
			.min(2)
			.max(5)
			.refine(
				(steps) => steps.every((step, i) => !("not" in step) || i === steps.length - 1),
				"only the last step may be a `not`",
			)
			.describe("Events one after the other; the last may be `{ not: … }`: and then it did not come."),
		key: eventPath
			.optional()
			.describe("Only events that have the same value here belong together: `properties.cart_id`."),
		within: duration.describe("Each step so long after the one before at most. A `not`: it has not come for so long."),
		lookback: duration.optional().describe("Only when the last step that happened was so long ago at most."),
	})
	.refine(
		({ sequence, within, lookback }) =>
			lookback === undefined || !sequence.some((step) => "not" in step) || durationMs(lookback) > durationMs(within),
		{
			message: "longer than within",
			path: ["lookback"],
			params: { wrong: "nobody would ever meet it: the wait is as long" },
		},
	)
	.describe("Events that followed one another.");
export type SequenceLeaf = z.infer<typeof sequenceLeaf>;
