import type { ProfileId } from "#domain/model/identifier.ts";
import type { Fragment, KnownIdentifier, MeasureState, Profile, TraitValue } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { computeTrait } from "#domain/rules/measures/compute-trait.ts";
import { joinMeasures } from "#domain/rules/measures/fold-measures.ts";
import type { KnownNode } from "./ports.ts";
import { earliest, latest } from "./times.ts";
import { NO_TRAITS, type TraitView } from "./trait-rules.ts";
import { joinTrait, showTrait } from "./trait-strategies.ts";

/** One person's identifiers, and what is known through them. */
export type ProfileParts = {
	readonly profileId: ProfileId;
	readonly nodes: readonly KnownNode[];
	readonly fragments: readonly Fragment[];
	/** How traits are chosen and computed, and the moment. @default the last said stands, none is computed */
	readonly view?: TraitView;
};

const PLAIN: TraitView = { rules: NO_TRAITS, now: () => new Date(0) };

/** A profile is what the fragments of a cluster say together, in whatever order they are given. Identifiers: by namespace, then by age. */
export function foldProfile({ profileId, nodes, fragments, view = PLAIN }: ProfileParts): Profile {
	const identifiers = nodes.toSorted(byAge).map((node) => identifierOf(node, fragments));
	const seen = [...identifiers, ...fragments];
	const measures = joinMeasures(
		fragments.map((fragment) => fragment.measures),
		view.rules,
	);
	return {
		profileId,
		aliases: nodes
			.map(({ id }) => id)
			.filter((id) => id !== profileId)
			.sort(),
		identifiers,
		traits: { ...foldTraits(fragments, view.rules), ...computeTraits(measures, view) },
		...(Object.keys(measures).length > 0 && { measures }),
		eventCount: fragments.reduce((sum, { eventCount }) => sum + eventCount, 0),
		firstSeen: seen.map(({ firstSeen }) => firstSeen).reduce(earliest),
		lastSeen: seen.map(({ lastSeen }) => lastSeen).reduce(latest),
	};
}

const byAge = (x: KnownNode, y: KnownNode): number =>
	compareText(x.namespace, y.namespace) || compareText(x.firstSeen, y.firstSeen) || compareText(x.id, y.id);

/**
 * The graph knows the day an identifier was seen last; its fragment, if it has one, the moment. The value is taken from
 * the node when it is asked for: most who read a profile do not, and it is sealed until then.
 */
function identifierOf(node: KnownNode, fragments: readonly Fragment[]): KnownIdentifier {
	const { namespace, firstSeen, sources } = node;
	const moment = fragments.find(({ seedId }) => seedId === node.id)?.lastSeen ?? "";
	return {
		namespace,
		get value() {
			return node.value;
		},
		firstSeen,
		lastSeen: [`${node.lastSeen}T00:00:00.000Z`, moment, firstSeen].reduce(latest),
		sources,
	};
}

/** What was said of each trait by all fragments together. What was unset is not there. */
function foldTraits(fragments: readonly Fragment[], rules: TraitView["rules"]): Profile["traits"] {
	const said = new Map<string, (readonly TraitValue[])[]>();
	for (const [name, values] of fragments.flatMap(({ traits }) => Object.entries(traits))) {
		const lists = said.get(name);
		if (lists) lists.push(values);
		else said.set(name, [values]);
	}
	const shown = [...said].flatMap(([name, lists]) => {
		const rule = rules.saidOf(name);
		const trait = rule && showTrait(rule, joinTrait(rule, lists));
		return trait ? [[name, trait] as const] : [];
	});
	return Object.fromEntries(shown);
}

/** What is computed of what is kept of events. */
function computeTraits(measures: MeasureState, { rules, now }: TraitView): Profile["traits"] {
	const moment = { now: now(), placeOf: rules.placeOf };
	const computed = rules.computed.flatMap((rule) => {
		const trait = computeTrait(rule, measures, moment);
		return trait ? [[rule.trait, trait] as const] : [];
	});
	return Object.fromEntries(computed);
}
