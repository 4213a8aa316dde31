import { z } from "zod";
import { duration } from "./duration.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const date = z
	.string()
	.regex(DATE, "a date such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z")
	.describe("A day (its beginning, UTC) or a moment, ISO 8601.");

const plain = [
	z.strictObject({ op: z.enum(["eq", "ne"]), value: scalar }),
	z.strictObject({
		op: z.enum(["gt", "gte", "lt", "lte"]),
		value: z
			.union([z.number(), z.string()])
			.describe("A number, or text, which compares by code point. For dates there are `before` and `after`."),
	}),
	z.strictObject({
		op: z.enum(["contains", "not_contains", "starts_with", "ends_with"]),
		value: z.string().min(1),
	}),
	z.strictObject({
		op: z.literal("contains_any"),
		value: z.array(z.string().min(1)).min(1).max(1000).describe("Contains at least one of these."),
	}),
	z.strictObject({ op: z.enum(["in", "not_in"]), value: z.array(scalar).min(1).max(1000) }),
	z.strictObject({ op: z.enum(["exists", "not_exists"]) }),
	z.strictObject({ op: z.enum(["before", "after"]), value: date }),
] as const;

const relative = z.strictObject({
	op: z.enum(["within_last", "within_next", "before_last", "after_next"]),
	value: duration.describe(
		"Of a date: in the time up to now (`within_last: 30d`), in the time from now on (`within_next`), longer ago (`before_last`), or later than that (`after_next`).",
	),
});

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

/** How a number made of events is compared. */
export const numberComparison = z
	.strictObject({ op: z.enum(["eq", "ne", "gt", "gte", "lt", "lte"]), value: z.number() })
	.meta({ id: "number-comparison", description: "How a number is compared: `{ op: gte, value: 3 }`." });
export type NumberComparison = z.infer<typeof numberComparison>;
