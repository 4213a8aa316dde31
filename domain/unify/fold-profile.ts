import type { ProfileId } from "#domain/model/identifier.ts";
import type { Fragment, KnownIdentifier, Profile, TraitValue } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { later } from "./fold-events.ts";
import type { KnownNode } from "./ports.ts";
import { earliest, latest } from "./times.ts";

/** One person's identifiers, and what is known through them. */
export type ProfileParts = {
	readonly profileId: ProfileId;
	readonly nodes: readonly KnownNode[];
	readonly fragments: readonly Fragment[];
};

/** A profile is what the fragments of a cluster say together, in whatever order they are given. Identifiers: by namespace, then by age. */
export function foldProfile({ profileId, nodes, fragments }: ProfileParts): Profile {
	const identifiers = nodes.toSorted(byAge).map((node) => identifierOf(node, fragments));
	const seen = [...identifiers, ...fragments];
	return {
		profileId,
		aliases: nodes
			.map(({ id }) => id)
			.filter((id) => id !== profileId)
			.sort(),
		identifiers,
		traits: foldTraits(fragments),
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

function foldTraits(fragments: readonly Fragment[]): Profile["traits"] {
	const [first, ...others] = fragments;
	if (others.length === 0) return first?.traits ?? {};
	const traits = new Map<string, TraitValue>();
	for (const fragment of fragments) {
		for (const [name, value] of Object.entries(fragment.traits)) traits.set(name, later(traits.get(name), value));
	}
	return Object.fromEntries(traits);
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
