import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { type Ends, edgeKey, endsOf } from "./evidence.ts";
import type { AskedEdge, IdentityGraph, KnownEdge, KnownNode, Reading } from "./ports.ts";
import { ChangedWhileRead, clusterOf, follow, type View, viewOf } from "./view.ts";

type Looked = { readonly nodes: readonly KnownNode[]; readonly edges: readonly KnownEdge[] };

/**
 * What is known of identifiers and edges. An edge at a hub is kept at its other end only: where a hub is found to be one
 * (`atHand` are identifiers that were read before), such edges are looked for there.
 */
export async function lookAt(
	{ nodes, edges }: { readonly nodes: readonly SeedId[]; readonly edges: readonly Ends[] },
	graph: Pick<IdentityGraph, "look">,
	{ atHand = [], how }: { readonly atHand?: readonly KnownNode[]; readonly how?: Reading | undefined } = {},
): Promise<Looked> {
	const isHub = new Set(atHand.flatMap(({ id, hub }) => (hub ? [id] : [])));
	const asked = edges.map((edge): AskedEdge => (isHub.has(edge.a) ? { ...edge, from: edge.b } : edge));
	const first = await graph.look({ nodes, edges: asked }, how);
	const found = new Set(first.edges.map(edgeKey));
	const newHubs = new Set(first.nodes.flatMap(({ id, hub }) => (hub && !isHub.has(id) ? [id] : [])));
	const elsewhere = edges.filter((edge) => newHubs.has(edge.a) && !found.has(edgeKey(edge)));
	if (elsewhere.length === 0) return first;
	const second = await graph.look({ nodes: [], edges: elsewhere.map((edge) => ({ ...edge, from: edge.b })) }, how);
	return { nodes: first.nodes, edges: [...first.edges, ...second.edges] };
}

type AskedStar = { readonly nodes: readonly { readonly id: SeedId }[]; readonly edges: readonly Ends[] };

/**
 * What the graph knows of a star: its identifiers, its edges, and where its identifiers are now. Records are read before
 * the evidence they guard: evidence that comes in later changes their version, and a write that relies on it is refused.
 * Which records these are says what is `atHand`, else it is asked first. Where an identifier has found a home since, all is
 * looked at once more.
 */
export async function lookAtStar(star: AskedStar, graph: IdentityGraph, atHand?: View["nodes"]): Promise<View> {
	const ids = star.nodes.map(({ id }) => id);
	const known = atHand ?? viewOf(await graph.look({ nodes: ids, edges: [] })).nodes;
	const view = await lookFrom(known, star, graph);
	const hasMoved = [...view.nodes.values()].some(({ id, home }) => known.get(id)?.home !== home);
	return hasMoved ? lookFrom(view.nodes, star, graph) : view;
}

async function lookFrom(known: View["nodes"], star: AskedStar, graph: IdentityGraph): Promise<View> {
	const ids = star.nodes.map(({ id }) => id);
	const first = ids.flatMap((id) => known.get(id) ?? []);
	// An identifier may become the root again of a cluster it once gave its name to: its own record is needed, too.
	const wanted = first.flatMap(({ id, home }) => (home === undefined ? [] : [id]));
	const records = await readRecords(first, graph, { wanted });

	const asked = { nodes: ids, edges: [...star.edges, ...anchorsOf(ids, first, records)] };
	const { nodes, edges } = await lookAt(asked, graph, { atHand: first });
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
function anchorsOf(ids: readonly SeedId[], nodes: readonly KnownNode[], records: View["records"]): Ends[] {
	const clusters = new Map(nodes.map((node) => [node.id, clusterOf(node, records)]));
	if (new Set(ids.map((id) => clusters.get(id)?.id ?? id)).size < 2) return [];
	return [...clusters].flatMap(([id, cluster]) =>
		Object.values(cluster?.unique ?? {}).flatMap((value: SeedId) => (value === id ? [] : [endsOf(id, value)])),
	);
}
