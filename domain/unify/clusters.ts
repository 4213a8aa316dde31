import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { type Ends, type Evidence, type EvidenceEdge, type EvidenceNode, verdictOn } from "./evidence.ts";
import { type Holding, holdingOf, obstacleBetween, together } from "./holding.ts";
import { byRoot, type Limits, type Ranking, rankingOf, type VersionedRules } from "./ranking.ts";
import { type UsableEdge, usableEdges } from "./usable.ts";

/** The identifiers of one person. */
export type Cluster = Holding & {
	/** The canonical id: the seed id of the root, which is the strongest identifier, of these the first seen. */
	readonly id: ProfileId;
	readonly root: EvidenceNode;
	/** Some evidence points to another person, but to follow it would break a rule or what a person said. */
	readonly contested: boolean;
	/** Evidence was not followed for no other reason than that the cluster would have grown past its limit. */
	readonly saturated: boolean;
	/** Where the last edge that joined something in it stands in the order; empty for an identifier alone. */
	readonly frontier: string;
};

/**
 * Who is who: the definition (DESIGN D3, FIELD C3.2). All else in this folder is a faster way to the same answer; the
 * README beside this file has a picture.
 *
 * 1. Evidence at an identifier that can be anybody's is dropped: at a blocked one, a hub, and one that two people use
 *    where the rules say `onShared: isolate`. So is an edge that a person denies.
 * 2. The edges left are put in order: what a person allows first; then those with the stronger end (user id before e-mail
 *    before anonymous id), of equals the one seen first, then by id. When they arrived plays no part.
 * 3. One after the other they join what they connect. An edge is skipped when the cluster it would make held two values
 *    of a unique namespace, more than `max` of another, two identifiers that a person keeps apart, or more than 500.
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
 * the three arrives last, or twice. Should a person deny `tablet — user ada`, the second edge is the first: {bob, tablet,
 * ada@…} and {ada}.
 */
export function clusters(evidence: Evidence, rules: VersionedRules, limits?: Limits): Cluster[] {
	return clustersBy(evidence, rankingOf(rules, limits));
}

/** The same of a part of the evidence: of those `inside` alone; the others only tell with whom these were seen. */
export function clustersBy(
	evidence: Evidence,
	ranking: Ranking,
	inside: (id: SeedId) => boolean = () => true,
): Cluster[] {
	const groupOf = new Map(evidence.nodes.filter(({ id }) => inside(id)).map((node) => [node.id, alone(node, ranking)]));
	keepApart(evidence.edges, groupOf);
	const usable = usableEdges(evidence, ranking).filter(({ a, b }) => groupOf.has(a) && groupOf.has(b));
	const unfollowed = follow(usable, groupOf, ranking);
	for (const edge of usable) {
		const [left, right] = pair(groupOf, edge);
		if (left !== right) left.contested = right.contested = true;
	}
	for (const edge of unfollowed) for (const group of pair(groupOf, edge)) group.saturated = true;
	return [...new Set(groupOf.values())].map((group) => clusterOf(group, ranking));
}

/** Joins along the edges in their order. Answers those that nothing but a cluster's size was in the way of. */
function follow(usable: readonly UsableEdge[], groupOf: Map<SeedId, Group>, ranking: Ranking): UsableEdge[] {
	return usable.filter((edge) => {
		const [left, right] = pair(groupOf, edge);
		if (left === right) return false;
		const obstacle = obstacleBetween(left.holding, right.holding, ranking);
		if (!obstacle) join(left, right, { groupOf, place: edge.place });
		return obstacle === "full";
	});
}

/** A cluster while it grows. */
type Group = {
	readonly nodes: EvidenceNode[];
	holding: Holding;
	frontier: string;
	contested: boolean;
	saturated: boolean;
};

type Groups = ReadonlyMap<SeedId, Group>;

const alone = (node: EvidenceNode, ranking: Ranking): Group => ({
	nodes: [node],
	holding: holdingOf(node, ranking),
	frontier: "",
	contested: false,
	saturated: false,
});

/** A denied pair stays apart by whatever way it could come together, not only by its own edge. */
function keepApart(edges: readonly EvidenceEdge[], groupOf: Groups): void {
	const deny = (from: SeedId, other: SeedId) => {
		const group = groupOf.get(from);
		if (group) group.holding = { ...group.holding, denied: [...group.holding.denied, other] };
	};
	for (const edge of edges) {
		if (verdictOn(edge) !== "deny") continue;
		deny(edge.a, edge.b);
		deny(edge.b, edge.a);
	}
}

function pair(groupOf: Groups, { a, b }: Ends): [Group, Group] {
	const [left, right] = [groupOf.get(a), groupOf.get(b)];
	if (!left || !right) throw new Error("an edge leads to an identifier that is not in the evidence");
	return [left, right];
}

/** Edges come in their order, so the last that joined is the frontier. */
function join(left: Group, right: Group, { groupOf, place }: { groupOf: Map<SeedId, Group>; place: string }): void {
	const [large, small] = left.nodes.length < right.nodes.length ? [right, left] : [left, right];
	large.nodes.push(...small.nodes);
	large.holding = together(large.holding, small.holding);
	large.frontier = place;
	for (const { id } of small.nodes) groupOf.set(id, large);
}

function clusterOf({ nodes, holding, ...group }: Group, ranking: Ranking): Cluster {
	const [root] = nodes.toSorted(byRoot(ranking)) as [EvidenceNode]; // a group starts with one node and only grows
	const { members, denied } = holding;
	const { contested, saturated, frontier } = group;
	return {
		...holding,
		id: root.id,
		root,
		members: [...members].sort(),
		denied: [...denied].sort(),
		contested,
		saturated,
		frontier,
	};
}
