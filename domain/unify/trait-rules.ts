import type { ComputedTrait, SaidTrait, TraitDefinition } from "#contracts/definitions/trait.ts";
import type { Applied, Definitions, Workspace } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { type Hash, type Measure, measureOf, windowOf } from "./computed-measure.ts";
import { placesBy } from "./computed-places.ts";
import type { Measures } from "./computed-state.ts";
import type { ComputedRule } from "./computed-value.ts";
import { LAST_SAID, type SaidRule } from "./trait-said.ts";

/** How the traits of a workspace come to their values, ready to be used. */
export type TraitRules = Measures & {
	/** How the value of a trait is chosen among those said; undefined for one that is computed: there nothing said counts. */
	saidOf(trait: string): SaidRule | undefined;
	readonly computed: readonly ComputedRule[];
	/** The names of the computed traits that this event may change. */
	fedBy(event: SourcedEvent): readonly string[];
};

/** Whoever reads a profile needs both: computed traits depend on the moment. */
export type TraitView = { readonly rules: TraitRules; readonly now: () => Date };

/** Compiles only when the workspace is another one: `Definitions` hands out the same object while nothing changed. */
export function traitCompiler(hash: Hash): (workspace: Pick<Workspace, "traits">) => TraitRules {
	let last: { of: object; rules: TraitRules } | undefined;
	return (workspace) => {
		if (last?.of !== workspace) last = { of: workspace, rules: compileTraits(workspace.traits ?? [], hash) };
		return last.rules;
	};
}

/** The traits as they are defined now, for whoever reads profiles by the way. */
export function traitView(deps: { definitions: Definitions; hash: Hash; now: () => Date }): () => Promise<TraitView> {
	const compile = traitCompiler(deps.hash);
	return async () => ({ rules: compile(await deps.definitions.current()), now: deps.now });
}

/** Every definition of a workspace, by the names and events they are about. */
export function compileTraits(traits: readonly Applied<TraitDefinition>[], hash: Hash): TraitRules {
	const said = new Map(traits.flatMap((one) => ("strategy" in one ? [[one.trait, saidRule(one)] as const] : [])));
	const computed = traits.flatMap((one) => ("compute" in one ? [computedRule(one, hash)] : []));
	const names = new Set(computed.map(({ trait }) => trait));
	const measures = sharedMeasures(computed);
	const measuresByEvent = Map.groupBy([...measures.values()], ({ event }) => event);
	const computedByEvent = Map.groupBy(computed, ({ measure }) => measure.event);
	return {
		saidOf: (trait) => (names.has(trait) ? undefined : (said.get(trait) ?? LAST_SAID)),
		computed,
		measures,
		measuresOf: (event) => measuresByEvent.get(nameOf(event)) ?? [],
		fedBy: (event) =>
			(computedByEvent.get(nameOf(event)) ?? []).flatMap(({ trait, measure }) => (measure.read(event) ? [trait] : [])),
		placeOf: placesBy(hash),
	};
}

/** What holds where nothing is defined. */
export const NO_TRAITS: TraitRules = compileTraits([], () => "");

/** Only track events have a name that definitions mean. */
const nameOf = ({ type, event = "" }: SourcedEvent): string => (type === "track" ? event : "");

function saidRule({ id, version, strategy, sources = [], declaredBy }: Applied<SaidTrait>): SaidRule {
	return { strategy, sources, declaredBy, rule: { definition: id, version, strategy } };
}

function computedRule(one: Applied<ComputedTrait>, hash: Hash): ComputedRule {
	const { id, version, trait, compute } = one;
	const windowMs = windowOf(one);
	const rule = { definition: id, version, compute };
	return { trait, compute, measure: measureOf(one, hash), ...(windowMs !== undefined && { windowMs }), rule };
}

/** Each measure once, kept as long as whoever looks back furthest needs it. */
function sharedMeasures(computed: readonly ComputedRule[]): ReadonlyMap<string, Measure> {
	const shared = new Map<string, Measure>();
	for (const { measure } of computed) {
		const known = shared.get(measure.key);
		if (!known || known.keptMs < measure.keptMs) shared.set(measure.key, measure);
	}
	return shared;
}
