import { isSeen, otherEnd, verdictOn } from "./evidence.ts";
import type { EdgeReader } from "./find-chain.ts";
import type { WhyNot } from "./identity-words.ts";
import { apartBecause } from "./keep-apart.ts";
import type { IdentityGraph, KnownEdge, KnownNode } from "./ports.ts";
import { type Ranking, rankingOf, type VersionedRules } from "./ranking.ts";
import { findPlaces, type Place } from "./read-profile.ts";
import { isBlocked, isHub } from "./usable.ts";

/** An edge with its two identifiers and their profiles; `whyNot` where it does not make them one person. */
export type JudgedLink = {
	readonly edge: KnownEdge;
	readonly a: KnownNode;
	readonly b: KnownNode;
	readonly places: readonly [Place, Place];
	readonly whyNot?: WhyNot;
};

export type JudgeDeps = {
	readonly graph: Pick<IdentityGraph, "look" | "records">;
	readonly edgesOf: EdgeReader;
	readonly rules: VersionedRules;
};

/**
 * Says of each edge whether the definition follows it, and if not why. What it skips breaks a rule with the profiles as
 * they ended, too: clusters only grow while it puts edges in, and each of its rules holds for all parts of what it holds for.
 * So the profiles as they are tell the reason, and nothing must be clustered again.
 */
export async function judgeLinks(edges: readonly KnownEdge[], deps: JudgeDeps): Promise<JudgedLink[]> {
	const ids = [...new Set(edges.flatMap(({ a, b }) => [a, b]))];
	const { nodes } = ids.length > 0 ? await deps.graph.look({ nodes: ids, edges: [] }) : { nodes: [] };
	const places = await findPlaces(ids, deps.graph, nodes);
	const known = new Map(nodes.map((node) => [node.id, node]));
	const judge: Judge = { ...deps, ranking: rankingOf(deps.rules), apart: new Map() };
	const links = edges.map(async (edge): Promise<JudgedLink[]> => {
		const [a, b, atA, atB] = [known.get(edge.a), known.get(edge.b), places.get(edge.a), places.get(edge.b)];
		if (!a || !b || !atA || !atB) return []; // it was removed meanwhile
		const link = { edge, a, b, places: [atA, atB] as const };
		const whyNot = await why(link, judge);
		return [{ ...link, ...(whyNot && { whyNot }) }];
	});
	return (await Promise.all(links)).flat();
}

type Judge = JudgeDeps & {
	readonly ranking: Ranking;
	/** Why two profiles are two, once for all their links. */
	readonly apart: Map<string, Promise<WhyNot | undefined>>;
};

async function why({ edge, a, b, places }: JudgedLink, judge: Judge): Promise<WhyNot | undefined> {
	const verdict = verdictOn(edge);
	if (verdict === "deny") return { code: "denied" };
	if (verdict === undefined && !isSeen(edge)) return { code: "taken_back" };
	if (places[0].profileId === places[1].profileId) return undefined;
	return (
		(await pointsAtNobody(a, judge)) ??
		(await pointsAtNobody(b, judge)) ??
		(await apart(places, judge)) ?? { code: places.some(({ record }) => record?.inexact) ? "inexact" : "pending" }
	);
}

/** Why an identifier links nobody: all its edges are dropped. */
async function pointsAtNobody(who: KnownNode, { ranking, edgesOf, graph }: Judge): Promise<WhyNot | undefined> {
	if (isBlocked(who, ranking)) return { code: "blocked", who };
	const maxPeers = ranking.maxPeers(who.namespace);
	if (isHub(who, ranking)) return { code: "hub", who, ...(maxPeers !== undefined && { maxPeers }) };
	if (!ranking.isolates(who.namespace)) return undefined;

	const peers = (await edgesOf(who.id)).filter(isSeen).map((edge) => otherEnd(edge, who.id));
	const { nodes } = await graph.look({ nodes: peers, edges: [] });
	const owners = nodes.filter((node) => ranking.isUnique(node.namespace) && !ranking.isBlocked(node));
	const shared = [...Map.groupBy(owners, ({ namespace }) => namespace)].find(([, values]) => values.length > 1);
	return shared && { code: "shared", who, namespace: shared[0] };
}

function apart(places: JudgedLink["places"], judge: Judge): Promise<WhyNot | undefined> {
	const key = places.map(({ profileId }) => profileId).join(" ");
	const known = judge.apart.get(key) ?? apartBecause(places, judge);
	judge.apart.set(key, known);
	return known;
}
