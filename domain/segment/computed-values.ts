import type { ComputedTrait, TraitDefinition } from "#contracts/definitions/trait.ts";
import { type ComputedRule, computeTrait } from "#domain/rules/measures/compute-trait.ts";
import type { KeptMeasure, Look } from "#domain/rules/measures/measure.ts";
import type { PlaceOf } from "#domain/rules/measures/places.ts";
import { lookOfTrait, windowOf } from "#domain/rules/measures/trait-measure.ts";
import type { ComputedValue } from "./evaluate-computed.ts";

type Applied = TraitDefinition & { readonly version: number };
type Keep = (look: Look) => KeptMeasure;

/** The computed traits of a workspace by their names, for conditions that look at them. */
export function computedValues(
	traits: readonly Applied[],
	placeOf: PlaceOf,
): (trait: string, keep: Keep) => ComputedValue | undefined {
	const computed = new Map(traits.flatMap((one) => ("compute" in one ? [[one.trait, one] as const] : [])));
	return (trait, keep) => {
		const definition = computed.get(trait);
		return definition && valueFor(definition, keep(lookOfTrait(definition)), placeOf);
	};
}

function valueFor(
	definition: ComputedTrait & { readonly version: number },
	measure: KeptMeasure,
	placeOf: PlaceOf,
): ComputedValue {
	const { id, version, trait, compute } = definition;
	const windowMs = windowOf(definition);
	const window = windowMs !== undefined && { windowMs };
	const rule: ComputedRule = { trait, compute, measure, ...window, rule: { definition: id, version, compute } };
	return {
		key: measure.key,
		compute,
		bucketMs: measure.spec.bucketMs,
		...window,
		valueAt: (measures, now) => computeTrait(rule, measures, { now: new Date(now), placeOf })?.value,
	};
}
