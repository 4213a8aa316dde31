import * as z from "zod";
import { namedEvent } from "./event-leaf.ts";
import { id } from "./id.ts";

/** How one value is made of all that was said of a trait. `domain/unify/trait-strategies.ts` says what each means. */
export const STRATEGIES = ["last", "first", "max", "min", "sum", "union", "source_priority"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** How a value is made of events. `domain/unify/computed-value.ts` says what each means. */
export const COMPUTATIONS = [
	"count",
	"sum",
	"avg",
	"min",
	"max",
	"first",
	"last",
	"most_frequent",
	"unique_list",
	"unique_count",
	"days_since",
] as const;
export type Computation = (typeof COMPUTATIONS)[number];

/** These look at the event alone, all others at one of its fields. */
const WITHOUT_PROPERTY: readonly Computation[] = ["count", "days_since"];

const name = z.string().min(1).max(128);

const saidTrait = z
	.strictObject({
		id,
		trait: name.describe("The name of the trait, as `identify` calls give it."),
		description: z.string().optional(),
		strategy: z
			.enum(STRATEGIES)
			.describe(
				"Which value stands: the `last` or the `first` said (by event time), the greatest (`max`), the least (`min`), the `sum` over a person's identifiers of what was said last under each, the `union` of all values as a list, or what the best source said (`source_priority`).",
			),
		sources: z
			.array(id)
			.min(1)
			.max(10)
			.optional()
			.describe("For `source_priority`: the ids of the sources, the best first; all others come after them."),
		declaredBy: z
			.array(id)
			.max(10)
			.default([])
			.describe("Sources where people say it themselves (a preference centre): that outranks all that is inferred."),
	})
	.superRefine(({ strategy, sources }, context) => {
		const isAsked = strategy === "source_priority";
		if (isAsked === (sources !== undefined)) return;
		const message = isAsked
			? "add `sources`: the ids of the sources, the best first"
			: "`sources` belongs to the strategy source_priority only";
		context.addIssue({ code: "custom", message });
	})
	.describe("How the value of a trait that is said is chosen.");

const computedTrait = z
	.strictObject({
		id,
		trait: name
			.regex(/^[^.]+$/, "a name without dots, so that segments can look at it")
			.describe("The name under which profiles show it and segments look at it."),
		description: z.string().optional(),
		compute: z.enum(COMPUTATIONS).describe("What is made of the events; all by the time they happened."),
		event: namedEvent.shape.event,
		where: namedEvent.shape.where,
		property: namedEvent.shape.where
			.unwrap()
			.element.shape.path.optional()
			.describe(
				"The field of the event that is looked at, such as `properties.total`; nothing is coerced. `count` and `days_since` have none.",
			),
		within: z
			.string()
			.regex(
				/^(400d|[1-3]\d\dd|[1-9]\d?d|[1-9]\d{0,2}h|[1-9]\d{0,3}m)$/,
				"days up to 400d, hours up to 999h or minutes up to 9999m, such as 30d",
			)
			.optional()
			.describe("How far back events count, from the moment the profile is read: `30d`, `12h`, `90m`. Else for ever."),
	})
	.superRefine(({ compute, property }, context) => {
		const isAsked = !WITHOUT_PROPERTY.includes(compute);
		if (isAsked === (property !== undefined)) return;
		const message = isAsked
			? "add `property`: the field that is looked at, such as properties.total"
			: `${compute} looks at no property: leave it out`;
		context.addIssue({ code: "custom", message });
	})
	.describe("How the value of a trait is computed from events.");

/** A fact of a profile: which of the values that are said stands, or how it is computed from events. */
export const trait = z.union([saidTrait, computedTrait]);

export type TraitDefinition = z.infer<typeof trait>;
export type SaidTrait = z.infer<typeof saidTrait>;
export type ComputedTrait = z.infer<typeof computedTrait>;
