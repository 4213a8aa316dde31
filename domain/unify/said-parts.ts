import type { DecisionOutcome, Said } from "./decision.ts";
import { type Ends, edgeKey } from "./evidence.ts";
import type { IdentityGraph, KnownEdge } from "./ports.ts";
import type { Ranking } from "./ranking.ts";
import { lookAt } from "./read-graph.ts";
import { isHub } from "./usable.ts";

/** Pairs of which something is said at once, where that is not too much: two rows each. */
const AT_ONCE = 4;

/** What is said of each pair of an undoing: that it is two people, or nothing any more. */
type Telling = {
	readonly decision: "undo";
	readonly says: "deny" | "none";
	readonly undoes: string;
	readonly graph: IdentityGraph;
	readonly ranking: Ranking;
};

/** A few pairs in each part. Of two hubs nothing is said: they join nobody, and nothing is written at them. */
export async function inParts(
	edges: readonly Ends[],
	{ graph, ranking, says, ...told }: Telling,
): Promise<readonly Said[] | DecisionOutcome> {
	const ids = [...new Set(edges.flatMap(({ a, b }) => [a, b]))];
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	const known = new Map(nodes.map((node) => [node.id, node]));
	const hubs = new Set(nodes.filter((node) => isHub(node, ranking)).map(({ id }) => id));
	const left = edges.filter(({ a, b }) => !(hubs.has(a) && hubs.has(b)));
	if (left.length === 0) return useless("an identifier that was seen with too many others joins nobody");
	const parts: Said[] = [];
	for (let from = 0; from < left.length; from += AT_ONCE) {
		const some = left.slice(from, from + AT_ONCE).map(({ a, b }) => ({ a, b, says }));
		const about = [...new Set(some.flatMap(({ a, b }) => [a, b]))];
		parts.push({ ...told, identifiers: about.flatMap((id) => known.get(id) ?? []), edges: some, about });
	}
	return parts;
}

/** What is known of some pairs now. */
export async function edgesNow(edges: readonly Ends[], graph: IdentityGraph): Promise<Map<string, KnownEdge>> {
	const ids = [...new Set(edges.flatMap(({ a, b }) => [a, b]))];
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	const found = await lookAt({ nodes: [], edges }, graph, { atHand: nodes });
	return new Map(found.edges.map((edge) => [edgeKey(edge), edge]));
}

export const useless = (reason: string): DecisionOutcome => ({ kind: "without_effect", reason });
