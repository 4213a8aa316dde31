import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { type EvidenceEdge, endsOf } from "./evidence.ts";
import type { IdentityGraph, KnownNode } from "./ports.ts";
import type { Star } from "./star.ts";
import { ChangedWhileRead, clusterOf, follow, type View, viewOf } from "./view.ts";

/**
 * What the graph knows of a star: its identifiers, its edges, and where its identifiers are now. Records are read before
 * the evidence they guard: evidence that comes in later changes their version, and a write that relies on it is refused.
 */
export async function lookAtStar(star: Star, graph: IdentityGraph): Promise<View> {
	const ids = star.nodes.map(({ id }) => id);
	const first = await graph.look({ nodes: ids, edges: [] });
	// An identifier may become the root again of a cluster it once gave its name to: its own record is needed, too.
	const wanted = first.nodes.flatMap(({ id, home }) => (home === undefined ? [] : [id]));
	const records = await readRecords(first.nodes, graph, { wanted });

	const { nodes, edges } = await graph.look({
		nodes: ids,
		edges: [...star.edges, ...anchorsOf(star, first.nodes, records)],
	});
	return viewOf({ nodes, edges, records: [...records.values()] });
}

type Known = { readonly wanted?: readonly ProfileId[]; readonly records?: View["records"] };

/** All records on the way from the nodes' homes to where they are now, level by level, and those wanted beside them. */
export async function readRecords(
	nodes: readonly KnownNode[],
	graph: Pick<IdentityGraph, "records">,
	{ wanted = [], records: known = new Map() }: Known = {},
): Promise<View["records"]> {
	const records = new Map(known);
	let unread = new Set([...wanted, ...unreadOf(nodes, records)].filter((id) => !records.has(id)));
	while (unread.size > 0) {
		for (const record of await graph.records([...unread])) records.set(record.id, record);
		const next = new Set(unreadOf(nodes, records));
		if ([...next].some((id) => unread.has(id))) throw new ChangedWhileRead();
		unread = next;
	}
	return records;
}

function unreadOf(nodes: readonly KnownNode[], records: View["records"]): ProfileId[] {
	return nodes.flatMap(({ id, home }) => {
		const way = home === undefined ? undefined : follow({ id, home }, records);
		return way?.kind === "unread" ? [way.id] : [];
	});
}

/**
 * When the identifiers are not all in one cluster, their edges to the unique values in theirs: these prove that an edge
 * between two clusters would be skipped, without a look at all the evidence.
 */
function anchorsOf(star: Star, nodes: readonly KnownNode[], records: View["records"]): Pick<EvidenceEdge, "a" | "b">[] {
	const clusters = new Map(nodes.map((node) => [node.id, clusterOf(node, records)]));
	if (new Set(star.nodes.map(({ id }) => clusters.get(id)?.id ?? id)).size < 2) return [];
	return [...clusters].flatMap(([id, cluster]) =>
		Object.values(cluster?.unique ?? {}).flatMap((value: SeedId) => (value === id ? [] : [endsOf(id, value)])),
	);
}
