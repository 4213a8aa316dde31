import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import {
	byRoot,
	byStrength,
	clash,
	type Evidence,
	type EvidenceEdge,
	type EvidenceNode,
	type Ranking,
	rankingOf,
	type UniqueValues,
} from "./evidence.ts";

/** The identifiers of one person. */
export type Cluster = {
	/** The canonical id: the seed id of the root, which is the strongest identifier, of these the first seen. */
	readonly id: ProfileId;
	readonly root: EvidenceNode;
	/** Sorted. */
	readonly members: readonly SeedId[];
	readonly unique: UniqueValues;
	/** Some evidence points to another person, but to follow it would put two values of a unique namespace into one. */
	readonly contested: boolean;
};

/**
 * Who is who: the definition (DESIGN D3, FIELD C3.2). All else in this folder is a faster way to the same answer.
 *
 * 1. Evidence that touches a blocked value is dropped.
 * 2. The edges are put in order: those with the stronger end first (user id before e-mail before anonymous id), of equals
 *    the one seen first, then by id. When they arrived plays no part.
 * 3. One after the other they join what they connect; an edge that would put two values of a unique namespace into
 *    one cluster is skipped.
 *
 * Worked example, user ids being unique. Ada and Bob share a tablet; Ada's events say she was there first:
 *
 * | edge                | first seen | order | what happens                                             |
 * |---------------------|------------|-------|----------------------------------------------------------|
 * | tablet — user ada   | 10:00      | 1     | joins: {ada, tablet}                                     |
 * | tablet — user bob   | 11:00      | 2     | skipped: {ada, tablet} and {bob} hold two user ids       |
 * | tablet — mail ada@… | 09:00      | 3     | joins: {ada, tablet, ada@…}; an e-mail is weaker, so its |
 * |                     |            |       | edge comes after both, though it was seen before them    |
 *
 * The answer is {ada, tablet, ada@…} with the id of `user ada`, and {bob}; both contested. It is the same whichever of
 * the three arrives last, or twice.
 */
export function clusters({ nodes, edges }: Evidence, rules: IdentityRules): Cluster[] {
	const ranking = rankingOf(rules);
	const groupOf = new Map(nodes.map((node) => [node.id, alone(node, ranking)]));
	const usable = usableEdges({ nodes, edges }, ranking);

	for (const { a, b } of usable) {
		const [left, right] = pair(groupOf, { a, b });
		if (left !== right && !clash(left.unique, right.unique)) join(left, right, groupOf);
	}
	for (const edge of usable) {
		const [left, right] = pair(groupOf, edge);
		if (left !== right) left.contested = right.contested = true;
	}
	return [...new Set(groupOf.values())].map((group) => clusterOf(group, ranking));
}

/** The edges whose ends are both there and not blocked, in the order in which they may join. */
function usableEdges({ nodes, edges }: Evidence, { rank, isBlocked }: Ranking): EvidenceEdge[] {
	const ranks = new Map(nodes.filter((node) => !isBlocked(node)).map(({ id, namespace }) => [id, rank(namespace)]));
	return edges
		.flatMap((edge) => {
			const [a, b] = [ranks.get(edge.a), ranks.get(edge.b)];
			return a === undefined || b === undefined ? [] : [{ ...edge, rank: Math.min(a, b) }];
		})
		.sort(byStrength);
}

/** A cluster while it grows. */
type Group = { readonly nodes: EvidenceNode[]; unique: UniqueValues; contested: boolean };

const alone = (node: EvidenceNode, { isUnique }: Ranking): Group => ({
	nodes: [node],
	unique: isUnique(node.namespace) ? { [node.namespace]: node.id } : {},
	contested: false,
});

function pair(groupOf: ReadonlyMap<SeedId, Group>, { a, b }: Pick<EvidenceEdge, "a" | "b">): [Group, Group] {
	const [left, right] = [groupOf.get(a), groupOf.get(b)];
	if (!left || !right) throw new Error("an edge leads to an identifier that is not in the evidence");
	return [left, right];
}

function join(left: Group, right: Group, groupOf: Map<SeedId, Group>): void {
	const [large, small] = left.nodes.length < right.nodes.length ? [right, left] : [left, right];
	large.nodes.push(...small.nodes);
	large.unique = { ...large.unique, ...small.unique };
	for (const { id } of small.nodes) groupOf.set(id, large);
}

function clusterOf({ nodes, unique, contested }: Group, ranking: Ranking): Cluster {
	const [root] = nodes.toSorted(byRoot(ranking)) as [EvidenceNode]; // a group starts with one node and only grows
	return { id: root.id, root, members: nodes.map(({ id }) => id).sort(), unique, contested };
}
