import type { SeedId } from "#domain/model/identifier.ts";
import { type Cluster, clustersBy } from "./clusters.ts";
import { type Evidence, edgeKey, isSeen } from "./evidence.ts";
import { changeOf, type News } from "./news.ts";
import { planStructure } from "./plan-structure.ts";
import type { IdentityChange, KnownNode } from "./ports.ts";
import type { Ranking } from "./ranking.ts";
import type { Component } from "./read-component.ts";
import type { After, Before, Occasion } from "./redrawing.ts";
import { unusableIn } from "./usable.ts";
import { clusterOf } from "./view.ts";

/** What the definition wants, which follows from the evidence alone. */
type Wanted = {
	readonly after: readonly After[];
	/** Identifiers that are found to be worth something else than is noted of them: hubs, used by two people, seen with more. */
	readonly turned: readonly KnownNode[];
};

/** A component with the news put in: how its clusters are, and how the definition wants them. */
export type Redefined = Wanted & {
	readonly before: readonly Before[];
	readonly nodes: ReadonlyMap<SeedId, KnownNode>;
};

/**
 * The definition over all the evidence of a component, and over the news. `wanted` is what it said of the same evidence
 * before, with other records: then only those are looked at.
 */
export function redefine(
	news: Pick<News, "nodes" | "edges">,
	component: Component,
	{ ranking, wanted }: { readonly ranking: Ranking; readonly wanted?: Wanted | undefined },
): Redefined {
	const nodes = new Map([...component.nodes, ...news.nodes.map((node) => [node.id, node] as const)]);
	const edges = new Map([...component.edges, ...news.edges.map((edge) => [edgeKey(edge), edge] as const)]);
	const known = [...component.nodes.values()].filter(({ id }) => component.inside.has(id));
	const at = known.map((node) => ({ node, record: clusterOf(node, component.records) }));
	const records = new Set(at.flatMap(({ record }) => record ?? []));
	return {
		...(wanted ?? wantedBy({ nodes: [...nodes.values()], edges: [...edges.values()] }, component, ranking)),
		before: [
			...[...records].map((record) => ({ id: record.id, members: record.members, record })),
			...at.flatMap(({ node, record }) => (record ? [] : [{ id: node.id, members: [node.id] }])),
		],
		nodes,
	};
}

function wantedBy(evidence: Evidence, { inside, isWhole }: Component, ranking: Ranking): Wanted {
	const isInside = (id: SeedId) => inside.has(id);
	return {
		after: clustersBy(evidence, ranking, isInside).map((cluster) => afterOf(cluster, isWhole)),
		turned: turnedIn(evidence, isInside, ranking) as readonly KnownNode[], // the evidence is made of known nodes
	};
}

/** What was cut off is not known: its clusters may be more than they seem. */
function afterOf({ root, members, unique, counts, denied, ...cluster }: Cluster, isWhole: boolean): After {
	const { contested, saturated, frontier } = cluster;
	const marks = isWhole
		? { contested, saturated, inexact: false }
		: { contested: true, saturated: true, inexact: true };
	return { root, members, unique, counts, denied, ...marks, pending: false, frontier };
}

function turnedIn(evidence: Evidence, isInside: (id: SeedId) => boolean, ranking: Ranking) {
	const unusable = unusableIn(evidence, ranking);
	const peers = peersIn(evidence);
	return (evidence.nodes as readonly KnownNode[]).flatMap((node) => {
		if (!isInside(node.id)) return [];
		const { shared, hub, degree = 0, ...rest } = node;
		const isHub = hub ?? unusable.get(node.id) === "hub";
		const isShared = unusable.get(node.id) === "shared";
		// while the rules set no limit nobody counts: what was seen then is counted once they set one
		const isCounted = !isHub && ranking.maxPeers(node.namespace) !== undefined;
		const seen = isCounted ? Math.max(degree, peers.get(node.id) ?? 0) : degree;
		const isTurned = isHub !== (hub ?? false) || isShared !== (shared ?? false) || seen !== degree;
		return isTurned ? [{ ...rest, ...marksOf({ isHub, isShared, degree: seen }) }] : [];
	});
}

const marksOf = ({ isHub, isShared, degree }: { isHub: boolean; isShared: boolean; degree: number }) => ({
	...(degree > 0 && { degree }),
	...(isHub && { hub: true as const }),
	...(isShared && { shared: true as const }),
});

/** With how many others each identifier was seen. */
function peersIn({ edges }: Evidence): Map<SeedId, number> {
	const peers = new Map<SeedId, number>();
	for (const id of edges.filter(isSeen).flatMap(({ a, b }) => [a, b])) peers.set(id, (peers.get(id) ?? 0) + 1);
	return peers;
}

type Options = {
	readonly ranking: Ranking;
	readonly now: Date;
	/** Of the same news and component, where it is at hand. */
	readonly redefined?: Redefined;
};

/**
 * The exact answer where the shortcut has none: the definition over all the evidence that hangs together with the news,
 * which `component` holds whole, and what must be written to get there.
 */
export function planComponent(news: News, component: Component, { ranking, now, redefined }: Options) {
	const { before, after, turned, nodes } = redefined ?? redefine(news, component, { ranking });
	const occasion: Occasion = { cause: news.cause, now, stamp: ranking.stamp };
	const { records } = component;
	const redrawn = planStructure({ ...news, before, after, records, occasion });
	const isTurned = new Map(turned.map((node) => [node.id, node]));
	const homeless = [...nodes.values()].filter(({ id, home }) => component.inside.has(id) && home === undefined);
	const told = new Set(news.nodes.map(({ id }) => id));
	const beside = [...new Map([...homeless, ...turned].map((node) => [node.id, node])).values()];
	const change: IdentityChange = changeOf(
		{ ...news, nodes: news.nodes.map((node) => isTurned.get(node.id) ?? node) },
		component,
		{ redrawn, beside: beside.filter(({ id }) => !told.has(id)), now },
	);
	const saturated = after.some((cluster) => cluster.saturated && !records.get(cluster.root.id)?.saturated);
	return { change, saturated };
}
