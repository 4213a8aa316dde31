import type { SeedId } from "#domain/model/identifier.ts";
import { type Draft, type Drafts, draftsAt, draftsOf, join, mark } from "./drafts.ts";
import { edgeKey, endsOf } from "./evidence.ts";
import { type Obstacle, obstacleBetween, type UniqueValues } from "./holding.ts";
import { changeOf, type News } from "./news.ts";
import { planStructure } from "./plan-structure.ts";
import type { IdentityChange, KnownEdge } from "./ports.ts";
import { placeInOrder, type Ranking } from "./ranking.ts";
import type { Before } from "./redrawing.ts";
import { isBlocked, isFollowed } from "./usable.ts";
import type { View } from "./view.ts";

export type LinkPlan =
	/** `saturated`: a cluster is at its limit now, and was not before. */
	| { readonly kind: "change"; readonly change: IdentityChange; readonly saturated: boolean }
	/** Only the definition, over all the evidence around, can say what the news mean. */
	| { readonly kind: "contested" };

export type LinkOptions = {
	readonly ranking: Ranking;
	readonly now: Date;
	/**
	 * What to do where the shortcut cannot judge: ask for the definition; keep the evidence and never join by it; or keep
	 * it and leave the clusters concerned as they are, marked, for `finish` to go on.
	 */
	readonly contested: "ask" | "keep apart" | "leave pending";
};

/**
 * The shortcut to the definition (FIELD C3.3). It is exact. All that keeps identifiers apart holds for a part of a
 * cluster when it holds for the whole (`holding.ts`), hence:
 *
 * - *An edge whose two clusters may be one joins them*, contested or not. With the edge in its place the definition
 *   only passes through clusters that are part of those it ends with, so nothing that was joined is in its way; and what
 *   was skipped is skipped again, for clusters only grew.
 * - *An edge inside a cluster changes nothing*, not even when it gets earlier: for the same reason.
 * - *An edge between clusters that may not be one changes nothing if the definition skips it*, which is sure
 *   (1) when it comes after all edges that ever joined something in either cluster (`frontier`): it meets both whole; or
 *   (2) when each of its ends is, or has an earlier edge to, a value of one unique namespace, and the two differ.
 * - *An edge that cannot be followed changes nothing*: a denied one, or one at an identifier that joins nobody.
 * - Any other edge is contested. So is everything at a cluster that was retired once (`forwards`): who comes together with
 *   it is led from his home. So is everything where an identifier becomes a hub or may become shared with the news,
 *   where the clusters were decided under other rules, and where a change of many steps is under way.
 */
export function planLink(news: News, view: View, options: LinkOptions): LinkPlan {
	const { ranking, now, contested } = options;
	const drafts = draftsOf(news.nodes, view, ranking);
	const before = [...new Set(drafts.values())].flatMap((draft) => draft.before);
	if (contested === "ask" && needsDefinition(news, before, ranking)) return { kind: "contested" };
	if (contested === "leave pending") leavePending(news, drafts);
	else if (!putIn({ news, view, ranking }, drafts, contested)) return { kind: "contested" };

	const after = [...new Set(drafts.values())].map(({ before: _, ...cluster }) => cluster);
	const occasion = { cause: news.cause, now, stamp: ranking.stamp };
	const redrawn = isAside(news, before)
		? undefined
		: planStructure({ ...news, before, after, records: view.records, occasion });
	const saturated = after.some((cluster) => cluster.saturated && !view.records.get(cluster.root.id)?.saturated);
	return { kind: "change", change: changeOf(news, view, { ...(redrawn && { redrawn }), now }), saturated };
}

/** Whether no shortcut leads on from what is known. */
function needsDefinition({ turns, touched }: News, before: readonly Before[], { stamp }: Ranking): boolean {
	const isStale = before.some(({ record }) => record && (record.pending || record.rules !== stamp || record.forwards));
	return turns || (isStale && touched.size > 0);
}

/** Puts the new edges in, one after the other. False when one of them is contested, and that is to be asked about. */
function putIn(known: Known, drafts: Drafts, contested: LinkOptions["contested"]): boolean {
	const { hubs, edges } = known.news;
	for (const edge of edges) {
		if (hubs.has(edge.a) || hubs.has(edge.b)) continue;
		const judgement = judge(edge, draftsAt(edge, drafts), known);
		if (judgement.verdict === "contested" && contested === "ask") return false;
		act(judgement, edge, { drafts, ranking: known.ranking });
	}
	return true;
}

/** Whether no cluster is concerned: nothing new but what is told of the identifiers themselves, or they are alone. */
function isAside({ edges, hubs, touched, cause }: News, before: readonly Before[]): boolean {
	if (cause.kind !== "event") return false;
	const isAlone = edges.every(({ a, b }) => hubs.has(a) || hubs.has(b)) && before.every(({ record }) => !record);
	return touched.size === 0 || isAlone;
}

function leavePending({ touched }: News, drafts: Drafts): void {
	for (const id of touched) {
		const draft = drafts.get(id);
		if (draft) mark(draft, { pending: true }, drafts);
	}
}

type Judgement = {
	readonly verdict: "without effect" | "join" | "skip" | "contested";
	readonly place: string;
	readonly obstacle?: Obstacle | undefined;
};
type Known = { readonly news: News; readonly view: View; readonly ranking: Ranking };

function judge(edge: KnownEdge, [a, b]: readonly [Draft, Draft], known: Known): Judgement {
	const place = placeOf(edge, known);
	if (!canJoin(edge, known) || a === b) return { verdict: "without effect", place };
	const obstacle = obstacleBetween(a, b, known.ranking);
	const wasRetired = [...a.before, ...b.before].some(({ record }) => record?.forwards);
	if (!obstacle) return { verdict: wasRetired ? "contested" : "join", place };
	const comesLast = place > a.frontier && place > b.frontier;
	if (comesLast || isKeptByValues(edge, [a.unique, b.unique], known)) return { verdict: "skip", place, obstacle };
	// What surrounds them was too large to look at before, and evidence only grows.
	return a.inexact || b.inexact ? { verdict: "skip", place, obstacle: "full" } : { verdict: "contested", place };
}

type Acting = { readonly drafts: Drafts; readonly ranking: Ranking };

function act({ verdict, place, obstacle }: Judgement, edge: KnownEdge, { drafts, ranking }: Acting): void {
	if (verdict === "join") join(...draftsAt(edge, drafts), { drafts, ranking, place });
	if (verdict === "join" || verdict === "without effect") return;
	const saturated = verdict === "contested" || obstacle === "full";
	for (const end of [edge.a, edge.b]) {
		const [draft] = draftsAt({ a: end, b: end }, drafts);
		const inexact = draft.inexact || verdict === "contested";
		mark(draft, { contested: true, inexact, saturated: draft.saturated || saturated }, drafts);
	}
}

/** Whether an edge may join at all: nobody denies it, and neither end is one that joins nobody. */
function canJoin(edge: KnownEdge, { news: { nodes }, ranking }: Known): boolean {
	const ends = nodes.filter(({ id }) => id === edge.a || id === edge.b);
	const isUsable = ends.every(
		(node) => !isBlocked(node, ranking) && !(node.shared && ranking.isolates(node.namespace)),
	);
	return isUsable && isFollowed(edge);
}

/** Whether both ends hold different values of a unique namespace already when the definition comes to the edge. */
function isKeptByValues(edge: KnownEdge, [atA, atB]: readonly [UniqueValues, UniqueValues], known: Known): boolean {
	const place = placeOf(edge, known);
	return Object.entries(atA).some(([namespace, value]) => {
		const other = Object.hasOwn(atB, namespace) ? atB[namespace] : undefined;
		if (other === undefined || other === value) return false;
		return holds(edge.a, { id: value, namespace }) && holds(edge.b, { id: other, namespace });
	});

	function holds(end: SeedId, value: { readonly id: SeedId; readonly namespace: string }): boolean {
		if (end === value.id) return true;
		const anchor = known.view.edges.get(edgeKey(endsOf(end, value.id)));
		return anchor !== undefined && isFollowed(anchor) && placeOf(anchor, known, value.namespace) < place;
	}
}

/** Where an edge stands in the order. What is not in the star is the unique value that an anchor leads to. */
function placeOf(edge: KnownEdge, { news, ranking }: Known, otherwise = ""): string {
	const namespaceOf = (id: SeedId) => news.nodes.find((node) => node.id === id)?.namespace ?? otherwise;
	return placeInOrder(edge, Math.min(ranking.rank(namespaceOf(edge.a)), ranking.rank(namespaceOf(edge.b))));
}
