import type { SeedId } from "#domain/model/identifier.ts";
import { type Ends, edgeKey } from "./evidence.ts";
import type { IdentityGraph, KnownEdge, KnownNode, Reading } from "./ports.ts";
import { lookAt } from "./read-graph.ts";

export type Evidence = { readonly nodes: readonly KnownNode[]; readonly edges: readonly KnownEdge[] };

/**
 * What one worker remembers of the graph, so that most events need not read it. Evidence only grows, so what is
 * remembered may say less than is known by now, never more: then the event looks new, and the graph is read after all.
 */
export type EvidenceMemory = {
	/** What is remembered of these identifiers and edges. */
	recall(nodes: readonly SeedId[], edges: readonly Ends[]): Evidence;
	keep(read: Evidence): void;
	/** Forgets what is about to be written. */
	forget(nodes: readonly SeedId[]): void;
};

type Options = { readonly now: () => Date; readonly maxEntries?: number; readonly maxAgeSeconds?: number };

/** A minute, so that an erased person is soon nowhere; 10,000 identifiers would take 13 MB and as many edges 5 (a heap snapshot, on one machine). */
export function evidenceMemory({ now, maxEntries = 5_000, maxAgeSeconds = 60 }: Options): EvidenceMemory {
	const nodes = new Map<SeedId, Entry<KnownNode>>();
	const edges = new Map<string, Entry<KnownEdge>>();

	function known<K, V>(entries: Map<K, Entry<V>>, key: K): V[] {
		const entry = entries.get(key);
		return entry && entry.until > now().getTime() ? [entry.value] : [];
	}

	function put<K, V>(entries: Map<K, Entry<V>>, key: K, value: V): void {
		entries.delete(key);
		entries.set(key, { value, until: now().getTime() + maxAgeSeconds * 1000 });
		const [oldest] = entries.keys();
		if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
	}

	return {
		recall: (ids, ends) => ({
			nodes: ids.flatMap((id) => known(nodes, id)),
			edges: ends.flatMap((edge) => known(edges, edgeKey(edge))),
		}),
		keep(read) {
			for (const node of read.nodes) put(nodes, node.id, node);
			for (const edge of read.edges) put(edges, edgeKey(edge), edge);
		},
		forget(ids) {
			for (const id of ids) nodes.delete(id);
		},
	};
}

/** What is known of identifiers and edges: from memory what it has, the rest from the graph. */
export async function lookWithMemory(
	{ nodes: ids, edges }: Asked,
	{ graph, memory }: { readonly graph: Pick<IdentityGraph, "look">; readonly memory: EvidenceMemory },
	how?: Reading,
): Promise<Evidence> {
	const recalled = memory.recall(ids, edges);
	const [knownNodes, knownEdges] = [new Set(recalled.nodes.map(({ id }) => id)), new Set(recalled.edges.map(edgeKey))];
	const unread = {
		nodes: ids.filter((id) => !knownNodes.has(id)),
		edges: edges.filter((edge) => !knownEdges.has(edgeKey(edge))),
	};
	if (unread.nodes.length + unread.edges.length === 0) return recalled;
	const read = await lookAt(unread, graph, { atHand: recalled.nodes, how });
	memory.keep(read);
	return { nodes: [...recalled.nodes, ...read.nodes], edges: [...recalled.edges, ...read.edges] };
}

type Asked = { readonly nodes: readonly SeedId[]; readonly edges: readonly Ends[] };
type Entry<V> = { readonly value: V; readonly until: number };
