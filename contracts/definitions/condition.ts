import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/**
 * How a value is compared. Text compares as text, numbers as numbers; a value of another type never matches.
 * `domain/rules/compare.ts` says what each operator means.
 */
const comparison = z
	.discriminatedUnion("op", [
		z.strictObject({ op: z.enum(["eq", "ne"]), value: scalar }),
		z.strictObject({
			op: z.enum(["gt", "gte", "lt", "lte"]),
			value: z
				.union([z.number(), z.string()])
				.describe("A number, or text; dates are ISO 8601 text and compare as text."),
		}),
		z.strictObject({ op: z.enum(["contains", "not_contains", "starts_with", "ends_with"]), value: z.string().min(1) }),
		z.strictObject({ op: z.enum(["in", "not_in"]), value: z.array(scalar).min(1).max(1000) }),
		z.strictObject({ op: z.enum(["exists", "not_exists"]) }),
	])
	.meta({
		id: "comparison",
		description:
			"How a value is compared: `{ op: eq, value: gold }`. Nothing is coerced: text never equals a number. What is not there meets `not_exists` only.",
	});
export type Comparison = z.infer<typeof comparison>;

/** A fact of the profile: `{ trait: plan, is: { op: eq, value: gold } }`. A dot steps into an object. */
const traitLeaf = z
	.strictObject({
		trait: z
			.string()
			.min(1)
			.describe("The name of a trait of the profile; a dot steps into an object: `address.city`."),
		is: comparison,
	})
	.describe("A fact of the profile.");
export type TraitLeaf = z.infer<typeof traitLeaf>;

/** "Did event X at least N times": `{ event: Order Completed, where: [{ path: properties.total, is: … }], atLeast: 3 }`. */
export const eventLeaf = z
	.strictObject({
		event: z.string().min(1).describe("The name of a track event, exactly as it is sent."),
		where: z
			.array(
				z.strictObject({
					path: z
						.string()
						.regex(
							/^(properties|context|traits)(\.[^.]+)+$/,
							"properties, context or traits, then the fields that lead to the value, with dots between",
						)
						.describe("A field of the event, such as `properties.total`."),
					is: comparison,
				}),
			)
			.max(20)
			.default([])
			.describe("Only events that meet all of these count."),
		atLeast: z.number().int().min(1).default(1).describe("How often at least."),
	})
	.describe("Did this event at least so many times.");
export type EventLeaf = z.infer<typeof eventLeaf>;

export type Condition = TraitLeaf | EventLeaf | { all: Condition[] } | { any: Condition[] } | { none: Condition[] };

/** The one condition language (DESIGN D6), as far as it goes today. Unknown fields are errors, never silently true. */
export const condition: z.ZodType<Condition> = z
	.lazy(() =>
		z.union([
			traitLeaf,
			eventLeaf,
			z.strictObject({ all: z.array(condition).min(1).max(50) }).describe("Meets every one of these."),
			z.strictObject({ any: z.array(condition).min(1).max(50) }).describe("Meets at least one of these."),
			z.strictObject({ none: z.array(condition).min(1).max(50) }).describe("Meets not one of these."),
		]),
	)
	.meta({ id: "condition", description: "A trait, an event, or a group of conditions: all, any or none." });
