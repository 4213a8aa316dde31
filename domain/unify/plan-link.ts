import type { SeedId } from "#domain/model/identifier.ts";
import { type Draft, type Drafts, draftsAt, draftsOf, join, mark } from "./drafts.ts";
import { byStrength, clash, edgeKey, endsOf, type Ranking, type UniqueValues } from "./evidence.ts";
import { changeOf, newsOf } from "./news.ts";
import { planStructure } from "./plan-structure.ts";
import type { IdentityChange, KnownEdge } from "./ports.ts";
import type { Star } from "./star.ts";
import type { View } from "./view.ts";

/** A cluster holds no more identifiers than this (FIELD A4 row 33). */
export const MAX_MEMBERS = 500;

export type LinkPlan =
	| { readonly kind: "change"; readonly change: IdentityChange; readonly saturated: boolean }
	/** Only the definition, over all the evidence around, can say what the new evidence means. */
	| { readonly kind: "contested" };

export type LinkOptions = {
	readonly ranking: Ranking;
	/** What to do with an edge the shortcut cannot judge: ask for the definition, or keep it and never join by it. */
	readonly contested: "ask" | "keep apart";
};

/**
 * The shortcut to the definition (FIELD C3.3). It is exact:
 *
 * - *An edge whose two clusters may be one joins them*, contested or not. With the edge in its place the definition
 *   only passes through clusters that are part of those it ends with, so nothing that was joined is in its way; and what
 *   was skipped is skipped again, for clusters only grew.
 * - *An edge inside a cluster changes nothing*, not even when it gets earlier: for the same reason.
 * - *An edge between clusters with different values of a unique namespace changes nothing if both values stand before it*:
 *   if each of its ends is that value, or has an edge to it that comes earlier in the order.
 * - Any other edge is contested.
 */
export function planLink(star: Star, view: View, { ranking, contested }: LinkOptions): LinkPlan {
	const news = newsOf(star, view);
	const drafts = draftsOf(news.nodes, view, ranking);
	const before = [...new Set(drafts.values())].flatMap((draft) => draft.before);
	for (const edge of news.edges) {
		const verdict = judge(edge, draftsAt(edge, drafts), { star, view, ranking });
		if (verdict === "contested" && contested === "ask") return { kind: "contested" };
		act(verdict, edge, { drafts, ranking });
	}
	const after = [...new Set(drafts.values())];
	const isAlone = star.edges.length === 0 && before.every(({ record }) => record === undefined);
	const redrawn = isAlone ? undefined : planStructure({ ...news, before, after, records: view.records, homes: [] });
	const saturated = after.some((cluster) => cluster.saturated && !view.records.get(cluster.root.id)?.saturated);
	return { kind: "change", change: changeOf(news, view, redrawn), saturated };
}

type Verdict = "inside" | "join" | "skip" | "contested" | "full";
type Known = { readonly star: Star; readonly view: View; readonly ranking: Ranking };

function judge(edge: KnownEdge, [a, b]: readonly [Draft, Draft], known: Known): Verdict {
	if (a === b) return "inside";
	if (!clash(a.unique, b.unique)) return a.members.length + b.members.length > MAX_MEMBERS ? "full" : "join";
	if (isSkipped(edge, [a.unique, b.unique], known)) return "skip";
	// What surrounds them was too large to look at before, and evidence only grows.
	return a.saturated || b.saturated ? "full" : "contested";
}

function act(verdict: Verdict, edge: KnownEdge, { drafts, ranking }: { drafts: Drafts; ranking: Ranking }): void {
	if (verdict === "inside") return;
	const ends = draftsAt(edge, drafts);
	if (verdict === "join") join(...ends, { drafts, ranking });
	else for (const end of ends) mark(end, { contested: true, ...(verdict !== "skip" && { saturated: true }) }, drafts);
}

/** Whether both ends hold different values of a unique namespace already when the definition comes to the edge. */
function isSkipped(edge: KnownEdge, [atA, atB]: readonly [UniqueValues, UniqueValues], known: Known): boolean {
	return Object.entries(atA).some(([namespace, value]) => {
		const other = Object.hasOwn(atB, namespace) ? atB[namespace] : undefined;
		if (other === undefined || other === value) return false;
		return holds(edge.a, { id: value, namespace }, edge) && holds(edge.b, { id: other, namespace }, edge);
	});

	function holds(end: SeedId, value: { readonly id: SeedId; readonly namespace: string }, by: KnownEdge): boolean {
		if (end === value.id) return true;
		const anchor = known.view.edges.get(edgeKey(endsOf(end, value.id)));
		if (!anchor) return false;
		const rankAt = (id: SeedId) => known.ranking.rank(namespaceOf(id, known.star) ?? value.namespace);
		const ranked = (of: KnownEdge) => ({ ...of, rank: Math.min(rankAt(of.a), rankAt(of.b)) });
		return byStrength(ranked(anchor), ranked(by)) < 0;
	}
}

/** An anchor leads from an identifier of the star to a unique value; what is not in the star is that value. */
const namespaceOf = (id: SeedId, star: Star): string | undefined =>
	star.nodes.find((node) => node.id === id)?.namespace;
