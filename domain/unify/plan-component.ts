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

/** A component with the news put in: how its clusters are, and how the definition wants them. */
export type Redefined = {
	readonly before: readonly Before[];
	readonly after: readonly After[];
	/** Identifiers that are found to be worth something else than is noted of them: hubs, used by two people, seen with more. */
	readonly turned: readonly KnownNode[];
	readonly nodes: ReadonlyMap<SeedId, KnownNode>;
	readonly homes: readonly { readonly id: SeedId; readonly home: SeedId }[];
};

/** The definition over all the evidence of a component, and over the news. */
export function redefine(news: Pick<News, "nodes" | "edges">, component: Component, ranking: Ranking): Redefined {
	const nodes = new Map([...component.nodes, ...news.nodes.map((node) => [node.id, node] as const)]);
	const edges = new Map([...component.edges, ...news.edges.map((edge) => [edgeKey(edge), edge] as const)]);
	const evidence: Evidence = { nodes: [...nodes.values()], edges: [...edges.values()] };
	const isInside = (id: SeedId) => component.inside.has(id);
	const found = clustersBy(evidence, ranking, isInside);

	const known = [...component.nodes.values()].filter(({ id }) => isInside(id));
	const at = known.map((node) => ({ node, record: clusterOf(node, component.records) }));
	const records = new Set(at.flatMap(({ record }) => record ?? []));
	return {
		before: [
			...[...records].map((record) => ({ id: record.id, members: record.members, record })),
			...at.flatMap(({ node, record }) => (record ? [] : [{ id: node.id, members: [node.id] }])),
		],
		after: found.map((cluster) => afterOf(cluster, component.isWhole)),
		turned: turnedIn(evidence, isInside, ranking) as readonly KnownNode[], // the evidence is made of known nodes
		nodes,
		homes: known.flatMap(({ id, home }) => (home === undefined ? [] : [{ id, home }])),
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

type Options = { readonly ranking: Ranking; readonly now: Date };

/**
 * The exact answer where the shortcut has none: the definition over all the evidence that hangs together with the news,
 * which `component` holds whole, and what must be written to get there.
 */
export function planComponent(news: News, component: Component, { ranking, now }: Options) {
	const { before, after, turned, nodes, homes } = redefine(news, component, ranking);
	const occasion: Occasion = { cause: news.cause, now, stamp: ranking.stamp };
	const { records } = component;
	const redrawn = planStructure({ ...news, before, after, records, homes, occasion });
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
