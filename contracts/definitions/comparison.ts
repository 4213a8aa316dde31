import * as z from "zod";
import { date } from "./day.ts";
import { duration } from "./duration.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const plain = [
	z
		.strictObject({ op: z.enum(["eq", "ne"]), value: scalar })
		.describe("Equal to this (`eq`), or another of the same type (`ne`)."),
	z
		.strictObject({
			op: z.enum(["gt", "gte", "lt", "lte"]),
			value: z
				.union([z.number(), z.string()])
				.describe("A number, or text, which compares by code point. For dates there are `before` and `after`."),
		})
		.describe("More (`gt`), at least (`gte`), less (`lt`) or at most (`lte`)."),
	z
		.strictObject({
			op: z.enum(["contains", "not_contains", "starts_with", "ends_with"]),
			value: z.string().min(1),
		})
		.describe("A text that has this in it; of `contains` and `not_contains` also a list with this element."),
	z
		.strictObject({ op: z.literal("contains_any"), value: z.array(z.string().min(1)).min(1).max(1000) })
		.describe("Contains at least one of these."),
	z
		.strictObject({ op: z.enum(["in", "not_in"]), value: z.array(scalar).min(1).max(1000) })
		.describe("Equal to one of these (`in`), or none of them and of a type that is among them (`not_in`)."),
	z.strictObject({ op: z.enum(["exists", "not_exists"]) }).describe("Is there, or is not: absent, or null."),
	z
		.strictObject({ op: z.enum(["before", "after"]), value: date })
		.describe("A date that is earlier (`before`) or later (`after`)."),
] as const;

const relative = z
	.strictObject({ op: z.enum(["within_last", "within_next", "before_last", "after_next"]), value: duration })
	.describe(
		"A date in the time up to now (`within_last: 30d`), in the time from now on (`within_next`), longer ago (`before_last`), or later than that (`after_next`).",
	);

const MEANING =
	"How a value is compared: `{ op: eq, value: gold }`. Nothing is coerced: text never equals a number. `contains` and its like look into text, or for an element of a list. What is not there meets `not_exists` only.";

/**
 * How a field of an event is compared; it says the same whenever it is asked. `domain/rules/compare.ts` says what each
 * operator means.
 */
export const fixedComparison = z.discriminatedUnion("op", plain).meta({ id: "fixed-comparison", description: MEANING });
export type FixedComparison = z.infer<typeof fixedComparison>;

/** How a trait is compared: also with dates that move on with the clock. */
export const comparison = z
	.discriminatedUnion("op", [...plain, relative])
	.meta({ id: "comparison", description: MEANING });
export type Comparison = z.infer<typeof comparison>;

const numberOp = z.enum(["eq", "ne", "gt", "gte", "lt", "lte"]);

/** How a number made of events is compared. */
export const numberComparison = z
	.strictObject({ op: numberOp, value: z.number() })
	.meta({ id: "number-comparison", description: "How a number is compared: `{ op: gte, value: 20 }`." });
export type NumberComparison = z.infer<typeof numberComparison>;

/** How a number of events is compared. Never is 0, so that at least 0 would be said of everybody, and less than 0 of nobody. */
export const countComparison = z
	.strictObject({ op: numberOp, value: z.number().int().min(0).max(1_000_000) })
	.refine(({ op, value }) => value > 0 || (op !== "gte" && op !== "lt"), {
		message: "at least 1",
		path: ["value"],
		params: { wrong: "never is 0, so everybody or nobody would meet it" },
	})
	.meta({ id: "count-comparison", description: "How often: `{ op: lte, value: 2 }`. Never is 0." });
