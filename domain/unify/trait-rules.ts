import type { ComputedTrait, SaidTrait, TraitDefinition } from "#contracts/definitions/trait.ts";
import type { Applied, Definitions, Workspace } from "#domain/model/definitions.ts";
import type { ComputedRule } from "#domain/rules/measures/compute-trait.ts";
import { type Counts, measureKeeper, shareMeasures } from "#domain/rules/measures/keep-measure.ts";
import type { Hash, KeptMeasure, Look } from "#domain/rules/measures/measure.ts";
import { type PlaceOf, placesBy } from "#domain/rules/measures/places.ts";
import { lookOfTrait, windowOf } from "#domain/rules/measures/trait-measure.ts";
import { LAST_SAID, type SaidRule } from "./trait-said.ts";

/** How the traits of a workspace come to their values, ready to be used. */
export type TraitRules = {
	/** How the value of a trait is chosen among those said; undefined for one that is computed: there nothing said counts. */
	saidOf(trait: string): SaidRule | undefined;
	readonly computed: readonly ComputedRule[];
	/** What computed traits need to be kept of events: each measure once, by its key. */
	readonly measures: ReadonlyMap<string, KeptMeasure>;
	readonly placeOf: PlaceOf;
};

/** Whoever reads a profile needs both: computed traits depend on the moment. */
export type TraitView = { readonly rules: TraitRules; readonly now: () => Date };

/** Compiles only when the workspace is another one: `Definitions` hands out the same object while nothing changed. */
export function traitCompiler(hash: Hash): (workspace: Pick<Workspace, "traits" | "counts">) => TraitRules {
	let last: { of: object; rules: TraitRules } | undefined;
	return (workspace) => {
		if (last?.of !== workspace)
			last = { of: workspace, rules: compileTraits(workspace.traits ?? [], hash, workspace.counts) };
		return last.rules;
	};
}

/** The traits as they are defined now, for whoever reads profiles by the way. */
export function traitView(deps: { definitions: Definitions; hash: Hash; now: () => Date }): () => Promise<TraitView> {
	const compile = traitCompiler(deps.hash);
	return async () => ({ rules: compile(await deps.definitions.current()), now: deps.now });
}

/** Every definition of a workspace, by the names and events they are about. */
export function compileTraits(traits: readonly Applied<TraitDefinition>[], hash: Hash, counts?: Counts): TraitRules {
	const keep = measureKeeper(hash, counts);
	const said = new Map(traits.flatMap((one) => ("strategy" in one ? [[one.trait, saidRule(one)] as const] : [])));
	const computed = traits.flatMap((one) => ("compute" in one ? [computedRule(one, keep)] : []));
	const names = new Set(computed.map(({ trait }) => trait));
	return {
		saidOf: (trait) => (names.has(trait) ? undefined : (said.get(trait) ?? LAST_SAID)),
		computed,
		measures: shareMeasures(computed.map(({ measure }) => measure)),
		placeOf: placesBy(hash),
	};
}

/** What holds where nothing is defined. */
export const NO_TRAITS: TraitRules = compileTraits([], () => "");

function saidRule({ id, version, strategy, sources = [], declaredBy }: Applied<SaidTrait>): SaidRule {
	return { strategy, sources, declaredBy, rule: { definition: id, version, strategy } };
}

function computedRule(one: Applied<ComputedTrait>, keep: (look: Look) => KeptMeasure): ComputedRule {
	const { id, version, trait, compute } = one;
	const windowMs = windowOf(one);
	const rule = { definition: id, version, compute };
	return { trait, compute, measure: keep(lookOfTrait(one)), ...(windowMs !== undefined && { windowMs }), rule };
}
