import * as z from "zod";
import { comparison } from "./comparison.ts";
import { duration } from "./duration.ts";
import { type EventLeaf, eventLeaf } from "./event-leaf.ts";
import { type LastEventLeaf, lastEventLeaf, type SequenceLeaf, sequenceLeaf } from "./event-order-leaves.ts";
import { id } from "./id.ts";
import { refuseNesting } from "./nesting.ts";

export type { Comparison, FixedComparison, NumberComparison } from "./comparison.ts";
export type { EventLeaf, NamedEvent } from "./event-leaf.ts";
export type { LastEventLeaf, SequenceLeaf } from "./event-order-leaves.ts";

/** What each condition means, exactly, is said in `domain/segment/README.md`. */

/** Dates that move on with the clock: what was said once cannot have been so for a while. */
const MOVING = ["within_last", "within_next", "before_last", "after_next"];

/** A fact of the profile: `{ trait: plan, is: { op: eq, value: gold } }`. A dot steps into an object. */
const traitLeaf = z
	.strictObject({
		trait: z
			.string()
			.min(1)
			.max(200)
			.regex(/^[^.]+(\.[^.]+)*$/, "the name of a trait, or names with single dots between: address.city")
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
	.refine(({ is, for: held }) => held === undefined || !MOVING.includes(is.op), {
		message: "without `for`, or an operator that does not move: before or after, perhaps",
		path: ["is", "op"],
		params: { wrong: "with `for` it cannot be a date that moves with the clock" },
	})
	.describe("A fact of the profile.");
export type TraitLeaf = z.infer<typeof traitLeaf>;

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
		bucket: z
			.strictObject({
				salt: z.string().min(1).max(100).describe("Another salt, another drawing of lots."),
				from: z.number().min(0).max(100).describe("Per cent; this lot is in."),
				to: z.number().min(0).max(100).describe("Per cent; this lot is out."),
			})
			.refine(({ from, to }) => from < to, {
				message: "more than from",
				path: ["to"],
				params: { wrong: "nobody is in it" },
			}),
	})
	.describe("A share of all people in per cent, by lot: `{ salt: spring, from: 0, to: 20 }`.");
type BucketLeaf = z.infer<typeof bucketLeaf>;
const listLeaf = z.strictObject({ list: id }).describe("Is on a list that was uploaded.");

export type AccountLeaf = { account: { users: "any" | "all" | "none"; meet: Condition } };
type SegmentLeaf = z.infer<typeof segmentLeaf>;
type ConsentLeaf = z.infer<typeof consentLeaf>;
type ListLeaf = z.infer<typeof listLeaf>;
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
type Group = { all: Condition[] } | { any: Condition[] } | { none: Condition[] };
export type Condition = Leaf | Group;

const part: z.ZodType<Condition> = z
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
				.strictObject({ account: z.strictObject({ users: z.enum(["any", "all", "none"]), meet: part }) })
				.describe("Of the users of one of the person's accounts, any, all or none meet this."),
			z.strictObject({ all: z.array(part).min(1).max(50) }).describe("Meets every one of these."),
			z.strictObject({ any: z.array(part).min(1).max(50) }).describe("Meets at least one of these."),
			z.strictObject({ none: z.array(part).min(1).max(50) }).describe("Meets not one of these."),
		]),
	)
	.meta({
		id: "condition",
		description: "A fact, something that happened, or a group of conditions: all, any or none.",
	});

/** The one condition language (DESIGN D6). Unknown fields are errors, never silently true. */
export const condition = z.preprocess(refuseNesting, part);
