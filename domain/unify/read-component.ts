import type { SeedId } from "#domain/model/identifier.ts";
import { edgeKey } from "./evidence.ts";
import { MAX_MEMBERS } from "./plan-link.ts";
import type { ClusterRecord, IdentityGraph, KnownEdge, KnownNode } from "./ports.ts";
import { readRecords } from "./read-graph.ts";
import type { Star } from "./star.ts";
import { ChangedWhileRead, clusterOf, type View } from "./view.ts";

/** All clusters of a component must still be as they were read when it is rewritten, in a transaction of at most 100 items. */
const MAX_CLUSTERS = 70;

/**
 * All the evidence that hangs together with a star's, through whichever clusters it passes: the clusters of its
 * identifiers, then those that the evidence of their members leads to, and so on. Undefined when that is too large.
 *
 * A cluster's record is read before the evidence of its members, so evidence that is added later changes its version.
 */
export async function readComponent(star: Star, graph: IdentityGraph): Promise<View | undefined> {
	const found: Found = {
		asked: new Set(),
		nodes: new Map(),
		edges: new Map(),
		records: new Map(),
		clusters: new Set(),
	};
	let seeds = star.nodes.map(({ id }) => id);
	while (seeds.length > 0) {
		const fresh = await clustersOf(seeds, found, graph);
		const members = [...new Set([...seeds, ...fresh.flatMap((record) => record.members)])];
		for (const id of members) found.asked.add(id);
		if (found.asked.size > MAX_MEMBERS || found.clusters.size > MAX_CLUSTERS) return undefined;
		seeds = await evidenceOf(members, found, graph);
	}
	found.records = await readRecords([], graph, { wanted: [...found.nodes.keys()], records: found.records });
	return found;
}

type Found = {
	readonly asked: Set<SeedId>;
	readonly nodes: Map<SeedId, KnownNode>;
	readonly edges: Map<string, KnownEdge>;
	records: View["records"];
	readonly clusters: Set<SeedId>;
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

/** Takes in identifiers with their edges, and answers those at the other ends that are not in yet. */
async function evidenceOf(ids: readonly SeedId[], found: Found, graph: IdentityGraph): Promise<SeedId[]> {
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	for (const node of nodes) found.nodes.set(node.id, node);
	const read = await Promise.all(ids.map((id) => graph.edgesOf(id, MAX_MEMBERS)));
	for (const edge of read.flat()) found.edges.set(edgeKey(edge), edge);
	found.records = await readRecords(nodes, graph, { records: found.records });
	if (nodes.some((node) => !isAmong(node, found))) throw new ChangedWhileRead();
	return [...new Set(read.flat().flatMap(({ a, b }) => [a, b]))].filter((id) => !found.asked.has(id));
}

/** Whether an identifier's cluster is one whose record was read before its evidence. */
const isAmong = (node: KnownNode, { records, clusters }: Found): boolean => {
	const record = node.home === undefined ? undefined : clusterOf(node, records);
	return record === undefined || clusters.has(record.id);
};
