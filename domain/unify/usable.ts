import type { SeedId } from "#domain/model/identifier.ts";
import { type Evidence, type EvidenceEdge, type EvidenceNode, isSeen, otherEnd, verdictOn } from "./evidence.ts";
import { placeInOrder, type Ranking } from "./ranking.ts";

/** Why an identifier joins nobody. */
export type Unusable = "blocked" | "hub" | "shared";

/** An edge that may join, and where it stands among all that may. */
export type UsableEdge = EvidenceEdge & { readonly place: string };

/** The identifiers that join nobody, and why. They are their own cluster, and keep what is known through them. */
export function unusableIn({ nodes, edges }: Evidence, ranking: Ranking): Map<SeedId, Unusable> {
	const at = edgesAt(edges.filter(isSeen));
	const known = new Map(nodes.map((node) => [node.id, node]));
	const whyUnusable = (node: EvidenceNode): Unusable | undefined => {
		const seen = at.get(node.id) ?? [];
		const peers = () => seen.flatMap((edge) => known.get(otherEnd(edge, node.id)) ?? []);
		if (isBlocked(node, ranking)) return "blocked";
		if (isHub({ ...node, degree: Math.max(node.degree ?? 0, seen.length) }, ranking)) return "hub";
		return isShared(node, peers(), ranking) ? "shared" : undefined;
	};
	return new Map(
		nodes.flatMap((node) => {
			const why = whyUnusable(node);
			return why ? [[node.id, why] as const] : [];
		}),
	);
}

/** A value that points at nobody, or of which a person said so. */
export const isBlocked = (node: EvidenceNode, ranking: Ranking): boolean =>
	node.blocked?.says === true || ranking.isBlocked(node);

/** Seen with too many others to say anything about any of them: a till, a call centre, an address typed to get past a form. */
export function isHub({ namespace, degree = 0, hub }: EvidenceNode, ranking: Ranking): boolean {
	return hub === true || degree > (ranking.maxPeers(namespace) ?? Number.POSITIVE_INFINITY);
}

/**
 * Whether two people use it, where the rules say that it is nobody's then: seen together with two values of one unique
 * namespace. Those count whom a person denied or blocked later, too: it was in both their hands.
 */
export function isShared(node: EvidenceNode, peers: readonly EvidenceNode[], ranking: Ranking): boolean {
	if (!ranking.isolates(node.namespace)) return false;
	const owners = peers.filter((peer) => ranking.isUnique(peer.namespace) && !ranking.isBlocked(peer));
	return new Set(owners.map(({ namespace }) => namespace)).size < owners.length;
}

/** Whether an edge says that its ends are one person, if both of them can be anybody's. */
export function isFollowed(edge: EvidenceEdge): boolean {
	const verdict = verdictOn(edge);
	return verdict === "allow" || (verdict === undefined && isSeen(edge));
}

/** The edges that may join, in the order in which they do. Those that lead out of the evidence are none. */
export function usableEdges(evidence: Evidence, ranking: Ranking): UsableEdge[] {
	const unusable = unusableIn(evidence, ranking);
	const ranks = new Map(
		evidence.nodes.flatMap(({ id, namespace }) => (unusable.has(id) ? [] : [[id, ranking.rank(namespace)] as const])),
	);
	return evidence.edges
		.filter(isFollowed)
		.flatMap((edge) => {
			const [a, b] = [ranks.get(edge.a), ranks.get(edge.b)];
			return a === undefined || b === undefined ? [] : [{ ...edge, place: placeInOrder(edge, Math.min(a, b)) }];
		})
		.sort((x, y) => (x.place < y.place ? -1 : 1));
}

function edgesAt(edges: readonly EvidenceEdge[]): Map<SeedId, EvidenceEdge[]> {
	const at = new Map<SeedId, EvidenceEdge[]>();
	for (const edge of edges) {
		for (const end of [edge.a, edge.b]) {
			const known = at.get(end);
			if (known) known.push(edge);
			else at.set(end, [edge]);
		}
	}
	return at;
}
