import { type Duration, fixed, moving } from "./build-comparison.ts";
import { type Built, type EventField, namedBy, type PlainEvent } from "./build-event.ts";
import type { Comparison, Condition, SequenceLeaf, TraitLeaf } from "./condition.ts";
import type { NamedEvent } from "./event-leaf.ts";
import { findFaults } from "./find-faults.ts";
import { type Segment, segment as segmentSchema } from "./segment.ts";

/**
 * Segments in TypeScript: the compiler refuses most of what the schema does, and what is built is exactly what YAML says.
 *
 * ```ts
 * const loyal = segment("loyal", all(
 * 	event("Order Completed").where("properties.total", gte(20)).atLeast(3).within("30d"),
 * 	none(event("Order Completed").within("7d")),
 * 	trait("tier").eq("gold"),
 * ));
 * ```
 */
export const segment = (id: string, when: Built<Condition>, about: { name?: string; description?: string } = {}) =>
	checked({ id, ...about, when: when.condition });

/** Lengths of time and ids are not checked by types. Throws a TypeError that says everything that is wrong with them. */
function checked(definition: unknown): Segment {
	const faults = findFaults(segmentSchema, definition);
	if (faults.length === 0) return segmentSchema.parse(definition);
	throw new TypeError(faults.map(({ path, wrong, right }) => `${path.join(".")}: ${wrong}; ${right}`).join("\n"));
}

type Parts = readonly [Built<Condition>, ...Built<Condition>[]];

const conditionsOf = (parts: Parts): Condition[] => parts.map(({ condition }) => condition);

/** Meets every one of these. */
export const all = (...parts: Parts): Built<Condition> => ({ condition: { all: conditionsOf(parts) } });
/** Meets at least one of these. */
export const any = (...parts: Parts): Built<Condition> => ({ condition: { any: conditionsOf(parts) } });
/** Meets not one of these. */
export const none = (...parts: Parts): Built<Condition> => ({ condition: { none: conditionsOf(parts) } });

type TraitBuilder = Built<TraitLeaf> & {
	/** And has been so at least, or for less than so long. */
	readonly for: (held: { readonly atLeast: Duration } | { readonly lessThan: Duration }) => Built<TraitLeaf>;
};

type Comparisons = {
	readonly [Op in keyof typeof fixed]: (...values: Parameters<(typeof fixed)[Op]>) => TraitBuilder;
} & { readonly [Op in keyof typeof moving]: (...values: Parameters<(typeof moving)[Op]>) => Built<TraitLeaf> };

/** A fact of the profile: `trait("tier").eq("gold")`, `trait("address.country").oneOf("FR", "BE")`. */
export function trait(name: string): Comparisons {
	const built = (is: Comparison): TraitBuilder => {
		const condition: TraitLeaf = { trait: name, is };
		return { condition, for: (held) => ({ condition: { ...condition, for: held } }) };
	};
	const entries = Object.entries({ ...fixed, ...moving }).map(([op, compare]) => {
		const compareAny = compare as (...values: unknown[]) => Comparison; // `Comparisons` lets through what each takes
		return [op, (...values: unknown[]) => built(compareAny(...values))] as const;
	});
	return Object.fromEntries(entries) as unknown as Comparisons; // a function for each of the same names
}

/** An event that did not come. */
type Absent = { readonly not: NamedEvent };

/** And then this did not happen: the last step of a sequence. */
export const not = (step: PlainEvent): Absent => ({ not: namedBy(step) });

type Steps = readonly [PlainEvent, ...PlainEvent[], PlainEvent | Absent];

/** Events that followed one another: `sequence([event("Cart Updated"), not(event("Order Completed"))], { within: "2h" })`. */
export function sequence(
	steps: Steps,
	how: { readonly within: Duration; readonly key?: EventField; readonly lookback?: Duration },
): Built<SequenceLeaf> {
	return { condition: { sequence: steps.map((step) => ("not" in step ? step : namedBy(step))), ...how } };
}

/** Meets the conditions of another segment. */
export const inSegment = (id: string): Built<Condition> => ({ condition: { segment: id } });
/** Is on a list that was uploaded. */
export const onList = (id: string): Built<Condition> => ({ condition: { list: id } });
/** What a person agreed to. */
export const consent = (purpose: string, is: "granted" | "denied" | "unknown"): Built<Condition> => ({
	condition: { consent: purpose, is },
});
/** A share of all people in per cent, by lot. */
export const bucket = (salt: string, share: { readonly from: number; readonly to: number }): Built<Condition> => ({
	condition: { bucket: { salt, ...share } },
});
/** Of the users of one of the person's accounts, any, all or none meet this. */
export const account = (users: "any" | "all" | "none", meet: Built<Condition>): Built<Condition> => ({
	condition: { account: { users, meet: meet.condition } },
});
