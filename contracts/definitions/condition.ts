import { z } from "zod";
import { comparison, fixedComparison, numberComparison } from "./comparison.ts";
import { duration, durationMs } from "./duration.ts";
import { id } from "./id.ts";

export type { Comparison, FixedComparison, NumberComparison } from "./comparison.ts";

/** What each condition means, exactly, is said in `domain/segment/README.md`. */

const eventName = z.string().min(1).max(200).describe("The name of a track event, exactly as it is sent.");

const eventPath = z
	.string()
	.regex(
		/^(properties|context|traits)(\.[^.]+)+$/,
		"properties, context or traits, then the fields that lead to the value, with dots between",
	)
	.describe("A field of the event, such as `properties.total`.");

const where = z
	.array(z.strictObject({ path: eventPath, is: fixedComparison }))
	.max(20)
	.default([])
	.describe("Only events that meet all of these count.");

/** A fact of the profile: `{ trait: plan, is: { op: eq, value: gold } }`. A dot steps into an object. */
const traitLeaf = z
	.strictObject({
		trait: z
			.string()
			.min(1)
			.max(200)
			.describe("The name of a trait of the profile; a dot steps into an object: `address.city`."),
		is: comparison,
		for: z
			.strictObject({ atLeast: duration.optional(), lessThan: duration.optional() })
			.refine(
				({ atLeast, lessThan }) => (atLeast === undefined) !== (lessThan === undefined),
				"either atLeast or lessThan",
			)
			.optional()
			.describe("Has been so for that long, by what was said of the trait: `{ atLeast: 30d }` or `{ lessThan: 7d }`."),
	})
	.describe("A fact of the profile.");
export type TraitLeaf = z.infer<typeof traitLeaf>;

const day = z
	.string()
	.regex(/^\d{4}-\d{2}-\d{2}$/, "a day such as 2026-01-31")
	.describe("A day, UTC.");

const amount = z.strictObject({ of: eventPath, is: numberComparison });

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
	count: numberComparison.optional().describe("How often: `{ op: lte, value: 2 }`; never is 0."),
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
	stopped: z
		.strictObject({ active: duration, silent: duration })
		.refine(({ active, silent }) => durationMs(active) > durationMs(silent), "active longer than silent")
		.optional()
		.describe("Did it in the last `active`, but not in the last `silent`: `{ active: 60d, silent: 30d }`."),
	restarted: z
		.strictObject({ recent: duration, silent: duration, active: duration })
		.optional()
		.describe("Did it in the last `recent`, not in the `silent` before that, but in the `active` before that."),
	regularly: z
		.strictObject({
			period: duration,
			periods: z.number().int().min(1).max(100),
			of: z.number().int().min(1).max(100),
			atLeast: z.number().int().min(1).max(1_000_000).default(1),
		})
		.refine(
			({ periods, of, period }) => periods <= of && of * durationMs(period) <= durationMs("400d"),
			"periods at most of, and all of them at most 400d",
		)
		.optional()
		.describe("At least so often in so many of the last periods: `{ period: 7d, periods: 3, of: 5, atLeast: 1 }`."),
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
		if (clash) context.addIssue({ code: "custom", message: `one of ${clash.join(", ")}, not several` });
	})
	.describe("What a person did, how often, and when.");
export type EventLeaf = z.infer<typeof eventLeaf>;

/** An event as triggers and computed traits name it. */
export const namedEvent = z.strictObject({ event: eventName, where });
export type NamedEvent = z.infer<typeof namedEvent>;

const lastEventLeaf = z
	.strictObject({
		lastEvent: eventName,
		where,
		has: where.unwrap().min(1).describe("What the last of them must be like: all of these."),
		within: duration.optional().describe("And it happened so long ago at most."),
	})
	.describe("What the last event of a kind was like.");
export type LastEventLeaf = z.infer<typeof lastEventLeaf>;

const sequenceLeaf = z
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
	.describe("Events that followed one another.");
export type SequenceLeaf = z.infer<typeof sequenceLeaf>;

const segmentLeaf = z.strictObject({ segment: id }).describe("Meets the conditions of another segment.");
const consentLeaf = z
	.strictObject({
		consent: z
			.string()
			.min(1)
			.max(100)
			.describe("A purpose, as the SDKs' `context.consent.categoryPreferences` names it."),
		is: z.enum(["granted", "denied", "unknown"]),
	})
	.describe("What a person agreed to.");
const bucketLeaf = z
	.strictObject({
		bucket: z.strictObject({
			salt: z.string().min(1).max(100).describe("Another salt, another drawing of lots."),
			from: z.number().min(0).max(100),
			to: z.number().min(0).max(100),
		}),
	})
	.describe("A share of all people in per cent, by lot: `{ salt: spring, from: 0, to: 20 }`.");
export type BucketLeaf = z.infer<typeof bucketLeaf>;
const listLeaf = z.strictObject({ list: id }).describe("Is on a list that was uploaded.");

export type AccountLeaf = { account: { users: "any" | "all" | "none"; meet: Condition } };
export type SegmentLeaf = z.infer<typeof segmentLeaf>;
export type ConsentLeaf = z.infer<typeof consentLeaf>;
export type ListLeaf = z.infer<typeof listLeaf>;
export type Leaf =
	| TraitLeaf
	| EventLeaf
	| LastEventLeaf
	| SequenceLeaf
	| SegmentLeaf
	| ConsentLeaf
	| BucketLeaf
	| ListLeaf
	| AccountLeaf;
export type Group = { all: Condition[] } | { any: Condition[] } | { none: Condition[] };
export type Condition = Leaf | Group;

/** The one condition language (DESIGN D6). Unknown fields are errors, never silently true. */
export const condition: z.ZodType<Condition> = z
	.lazy(() =>
		z.union([
			traitLeaf,
			eventLeaf,
			lastEventLeaf,
			sequenceLeaf,
			segmentLeaf,
			consentLeaf,
			bucketLeaf,
			listLeaf,
			z
				.strictObject({ account: z.strictObject({ users: z.enum(["any", "all", "none"]), meet: condition }) })
				.describe("Of the users of one of the person's accounts, any, all or none meet this."),
			z.strictObject({ all: z.array(condition).min(1).max(50) }).describe("Meets every one of these."),
			z.strictObject({ any: z.array(condition).min(1).max(50) }).describe("Meets at least one of these."),
			z.strictObject({ none: z.array(condition).min(1).max(50) }).describe("Meets not one of these."),
		]),
	)
	.meta({
		id: "condition",
		description: "A fact, something that happened, or a group of conditions: all, any or none.",
	});
