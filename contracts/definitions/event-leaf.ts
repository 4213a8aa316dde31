import * as z from "zod";
import { countComparison, fixedComparison, numberComparison } from "./comparison.ts";
import { day } from "./day.ts";
import { duration, durationMs } from "./duration.ts";

/** The name of a track event. */
export const eventName = z.string().min(1).max(200).describe("The name of a track event, exactly as it is sent.");

/** A field of an event: `properties.total`. */
export const eventPath = z
	.string()
	.regex(
		/^(properties|context|traits)(\.[^.]+)+$/,
		"properties, context or traits, then the fields that lead to the value, with dots between",
	)
	.describe("A field of the event, such as `properties.total`.");

/** What the fields of an event must be like: all of these. */
export const where = z
	.array(z.strictObject({ path: eventPath, is: fixedComparison }))
	.max(20)
	.default([])
	.describe("Only events that meet all of these count.");

/** An event as sequences, triggers and computed traits name it. */
export const namedEvent = z.strictObject({ event: eventName, where });
export type NamedEvent = z.infer<typeof namedEvent>;

/** How far back anything may look: as many days as events are kept by stretches of time. */
const FARTHEST = durationMs("400d");

const amount = z.strictObject({ of: eventPath, is: numberComparison });

const stopped = z
	.strictObject({ active: duration, silent: duration })
	.refine(({ active, silent }) => durationMs(active) > durationMs(silent), "active longer than silent")
	.describe("Did it in the last `active`, but not in the last `silent`: `{ active: 60d, silent: 30d }`.");

const restarted = z
	.strictObject({ recent: duration, silent: duration, active: duration })
	.refine(
		({ recent, silent, active }) => durationMs(recent) + durationMs(silent) + durationMs(active) <= FARTHEST,
		"recent, silent and active together at most 400d",
	)
	.describe(
		"Did it in the last `recent`, not in the `silent` before that, but in the `active` before that: `{ recent: 7d, silent: 30d, active: 60d }`.",
	);

const regularly = z
	.strictObject({
		period: duration,
		periods: z.number().int().min(1).max(100).describe("In how many of them at least."),
		of: z.number().int().min(1).max(100).describe("How many of the last periods are looked at."),
		atLeast: z.number().int().min(1).max(1_000_000).default(1).describe("How often in each of them."),
	})
	.refine(
		({ periods, of, period }) => periods <= of && of * durationMs(period) <= FARTHEST,
		"periods at most of, and all of them at most 400d",
	)
	.describe("At least so often in so many of the last periods: `{ period: 7d, periods: 3, of: 5, atLeast: 1 }`.");

const eventFields = {
	event: eventName,
	where,
	atLeast: z
		.number()
		.int()
		.min(1)
		.max(1_000_000)
		.optional()
		.describe("How often at least. Without anything else: once."),
	count: countComparison.optional().describe("How often: `{ op: lte, value: 2 }`; never is 0."),
	sum: amount
		.optional()
		.describe("What the numbers in a field add up to: `{ of: properties.total, is: { op: gte, value: 100 } }`."),
	avg: amount.optional().describe("The average of the numbers in a field."),
	min: amount.optional().describe("The least number in a field."),
	max: amount.optional().describe("The greatest number in a field."),
	within: duration.optional().describe("Only what happened so long ago at most: `7d`."),
	between: z
		.strictObject({ from: duration, to: duration })
		.refine(
			({ from, to }) => durationMs(from) > durationMs(to),
			"from a longer time ago to a shorter time ago: `{ from: 90d, to: 30d }`",
		)
		.optional()
		.describe("Only what happened from so long ago to so long ago: `{ from: 90d, to: 30d }`."),
	since: day.optional().describe("Only what happened on this day or later."),
	until: day.optional().describe("Only what happened before this day."),
	stopped: stopped.optional(),
	restarted: restarted.optional(),
	regularly: regularly.optional(),
} as const;

/** Which amount is asked for, which time it is about, and the three that say both; of each at most one. */
const AMOUNTS = ["atLeast", "count", "sum", "avg", "min", "max"] as const;
const TIMES = ["within", "between", "since"] as const;
const HABITS = ["stopped", "restarted", "regularly"] as const;

/** What a person did: `{ event: Order Completed, where: [{ path: properties.total, is: … }], atLeast: 3, within: 30d }`. */
export const eventLeaf = z
	.strictObject(eventFields)
	.superRefine((leaf, context) => {
		const said = (names: readonly (keyof typeof leaf)[]) => names.filter((name) => leaf[name] !== undefined);
		const [amounts, habits] = [said(AMOUNTS), said(HABITS)];
		const times = [...said(TIMES), ...(leaf.since === undefined ? said(["until"]) : [])];
		const clash = [amounts, times, habits, habits.length > 0 ? [...habits, ...amounts, ...times] : []].find(
			({ length }) => length > 1,
		);
		if (clash) {
			const wrong = `${clash.join(" and ")} do not go together`;
			context.addIssue({ code: "custom", message: "one of them", params: { wrong } });
		}
		if (leaf.since !== undefined && leaf.until !== undefined && leaf.since >= leaf.until) {
			const wrong = "nothing happens since then and before it";
			context.addIssue({ code: "custom", message: `a day after ${leaf.since}`, path: ["until"], params: { wrong } });
		}
	})
	.describe("What a person did, how often, and when.");
export type EventLeaf = z.infer<typeof eventLeaf>;
