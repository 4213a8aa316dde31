import type { ProfileId } from "#domain/model/identifier.ts";
import type { Fragment, KnownIdentifier, Profile, TraitValue } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { computeTrait } from "./computed-value.ts";
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
	return {
		profileId,
		aliases: nodes
			.map(({ id }) => id)
			.filter((id) => id !== profileId)
			.sort(),
		identifiers,
		traits: foldTraits(fragments, view),
		leaves: foldLeaves(fragments),
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

/** What was said of each trait by all fragments together, and what is computed of their measures. What was unset is not there. */
function foldTraits(
	fragments: readonly Fragment[],
	{ rules, now }: NonNullable<ProfileParts["view"]>,
): Profile["traits"] {
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
	const moment = { now: now(), placeOf: rules.placeOf };
	const computed = rules.computed.flatMap((rule) => {
		const trait = computeTrait(rule, fragments, moment);
		return trait ? [[rule.trait, trait] as const] : [];
	});
	return Object.fromEntries([...shown, ...computed]);
}

/** Counts of the same day add up, so a merge has nothing to move. */
function foldLeaves(fragments: readonly Fragment[]): Profile["leaves"] {
	const [first, ...others] = fragments;
	if (others.length === 0) return first?.leaves ?? {};
	const leaves = new Map<string, Map<string, number>>();
	for (const [leaf, days] of fragments.flatMap((fragment) => Object.entries(fragment.leaves))) {
		const counts = leaves.get(leaf) ?? new Map<string, number>();
		for (const [day, count] of Object.entries(days)) counts.set(day, (counts.get(day) ?? 0) + count);
		leaves.set(leaf, counts);
	}
	return Object.fromEntries([...leaves].map(([leaf, counts]) => [leaf, Object.fromEntries(counts)]));
}
