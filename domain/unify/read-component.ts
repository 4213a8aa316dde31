import type { SeedId } from "#domain/model/identifier.ts";
import { edgeKey, isSeen, otherEnd } from "./evidence.ts";
import type { ClusterRecord, IdentityChange, IdentityGraph, KnownEdge, KnownNode } from "./ports.ts";
import type { Ranking } from "./ranking.ts";
import { readRecords } from "./read-graph.ts";
import { isBlocked, isFollowed, isHub, isShared } from "./usable.ts";
import { ChangedWhileRead, clusterOf, type View } from "./view.ts";

/** Identifiers that are looked at at once, at most; with more than so many edges at one of them it is too much as well. */
const MAX_COMPONENT = 1000;

/** Evidence that hangs together. Beside the identifiers in it, those are known that they were seen with. */
export type Component = View & {
	/** The identifiers whose evidence was read; all members of their clusters are among them. */
	readonly inside: ReadonlySet<SeedId>;
	/** False when it was cut off at the clusters it began with, because all of it was too large. */
	readonly isWhole: boolean;
};

export type Reach = {
	readonly ranking: Ranking;
	/** Of the identifiers it begins with those that join nobody: what they were seen with is not followed. */
	readonly stopped?: ReadonlySet<SeedId>;
	/** Whether to stay within the clusters of the identifiers it begins with. @default false */
	readonly cutOff?: boolean;
	/** @default 1000 */
	readonly maxComponent?: number;
};

/**
 * All the evidence that hangs together with some identifiers', through whichever clusters it passes: their clusters, then
 * those that the evidence of their members leads to, and so on. It stops at identifiers that join nobody; but from those
 * it begins with it goes on, for what they are worth may be about to change. Undefined when that is too large.
 *
 * A cluster's record is read before the evidence of its members, so evidence that is added later changes its version.
 */
export async function readComponent(
	starts: readonly SeedId[],
	graph: IdentityGraph,
	reach: Reach,
): Promise<Component | undefined> {
	const { cutOff = false, maxComponent = MAX_COMPONENT } = reach;
	const found: Found = {
		inside: new Set(),
		nodes: new Map(),
		edges: new Map(),
		records: new Map(),
		clusters: new Set(),
		starts: new Set(starts),
	};
	for (let seeds: readonly SeedId[] = starts; seeds.length > 0; ) {
		const fresh = await clustersOf(seeds, found, graph);
		const members = [...new Set([...seeds, ...fresh.flatMap((record) => record.members)])];
		for (const id of members) found.inside.add(id);
		if (!cutOff && found.inside.size > maxComponent) return undefined;
		const next = await evidenceOf(members, found, { ...reach, graph, maxComponent });
		if (!next && !cutOff) return undefined;
		seeds = cutOff || !next ? [] : next;
	}
	const records = await readRecords([], graph, { wanted: [...found.inside], records: found.records });
	return { ...found, records, isWhole: !cutOff };
}

/** What was read as it is once a change of it is written: as if it had been read again. */
export const withChange = <V extends View>(view: V, { nodes, edges, records }: IdentityChange): V => ({
	...view,
	nodes: new Map([...view.nodes, ...nodes.map(({ node }) => [node.id, node] as const)]),
	edges: new Map([...view.edges, ...edges.map((edge) => [edgeKey(edge), edge] as const)]),
	records: new Map([...view.records, ...records.map((record) => [record.id, record] as const)]),
});

type Found = {
	readonly inside: Set<SeedId>;
	readonly nodes: Map<SeedId, KnownNode>;
	readonly edges: Map<string, KnownEdge>;
	records: View["records"];
	readonly clusters: Set<SeedId>;
	readonly starts: ReadonlySet<SeedId>;
};

/** The clusters of some identifiers, as far as they were not found yet. */
async function clustersOf(ids: readonly SeedId[], found: Found, graph: IdentityGraph): Promise<ClusterRecord[]> {
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	found.records = await readRecords(nodes, graph, { records: found.records });
	const records = new Set(nodes.flatMap((node) => clusterOf(node, found.records) ?? []));
	const fresh = [...records].filter(({ id }) => !found.clusters.has(id));
	for (const { id } of fresh) found.clusters.add(id);
	return fresh;
}

type Reading = Reach & { readonly graph: IdentityGraph; readonly maxComponent: number };

/** Takes in identifiers with their edges, and answers those to go on with; undefined when one has too many edges. */
async function evidenceOf(ids: readonly SeedId[], found: Found, reading: Reading): Promise<SeedId[] | undefined> {
	const { graph, maxComponent, cutOff = false } = reading;
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	for (const node of nodes) found.nodes.set(node.id, node);
	const read = await Promise.all(
		nodes.map(async (node) => {
			const edges = bearsEvidence(node, found, reading) ? await graph.edgesOf(node.id, maxComponent) : [];
			return { node, edges };
		}),
	);
	for (const edge of read.flatMap(({ edges }) => edges)) found.edges.set(edgeKey(edge), edge);
	await meetPeers(read, found, graph);
	found.records = await readRecords(nodes, graph, { records: found.records });
	if (nodes.some((node) => !isAmong(node, found))) throw new ChangedWhileRead();
	if (!cutOff && read.some(({ edges }) => edges.length >= maxComponent)) return undefined;
	return [...new Set(read.flatMap((one) => waysOn(one, found, reading)))].filter((id) => !found.inside.has(id));
}

/** Whether what an identifier was seen with may matter: not at a hub or a blocked one, but for those it begins with. */
function bearsEvidence(node: KnownNode, { starts }: Found, { ranking, stopped }: Reading): boolean {
	if (stopped?.has(node.id)) return false;
	return starts.has(node.id) || !(isBlocked(node, ranking) || isHub(node, ranking));
}

type Bearing = { readonly node: KnownNode; readonly edges: readonly KnownEdge[] };

/** What stands at the other ends: whether they may be anybody's must be known to follow an edge, or to say that two people use something. */
async function meetPeers(read: readonly Bearing[], found: Found, graph: IdentityGraph): Promise<void> {
	const peers = new Set(read.flatMap(({ node, edges }) => edges.map((edge) => otherEnd(edge, node.id))));
	const unmet = [...peers].filter((id) => !found.nodes.has(id));
	if (unmet.length === 0) return;
	const { nodes } = await graph.look({ nodes: unmet, edges: [] });
	for (const node of nodes) found.nodes.set(node.id, node);
}

/** The other ends of the edges that may be followed from an identifier. */
function waysOn({ node, edges }: Bearing, { nodes, starts }: Found, { ranking }: Reading): SeedId[] {
	const peers = edges.filter(isFollowed).flatMap((edge) => nodes.get(otherEnd(edge, node.id)) ?? []);
	const seen = edges.filter(isSeen).flatMap((edge) => nodes.get(otherEnd(edge, node.id)) ?? []);
	if (!starts.has(node.id) && isShared(node, seen, ranking)) return [];
	return peers.filter((peer) => !(isBlocked(peer, ranking) || isHub(peer, ranking))).map(({ id }) => id);
}

/** Whether an identifier's cluster is one whose record was read before its evidence. */
const isAmong = (node: KnownNode, { records, clusters }: Found): boolean => {
	const record = node.home === undefined ? undefined : clusterOf(node, records);
	return record === undefined || clusters.has(record.id);
};
