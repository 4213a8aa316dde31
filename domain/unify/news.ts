import type { SeedId } from "#domain/model/identifier.ts";
import { edgeKey, isSeen, otherEnd } from "./evidence.ts";
import type { ChangeCause, IdentityChange, KnownEdge, KnownNode, NodeChange } from "./ports.ts";
import type { Ranking } from "./ranking.ts";
import type { Redrawn } from "./redrawing.ts";
import { earlier, mergeNodes, type Star } from "./star.ts";
import { isHub } from "./usable.ts";
import type { View } from "./view.ts";

/** What an event, or a person, adds to what is known. */
export type News = {
	readonly cause: ChangeCause;
	readonly center: SeedId;
	/** The identifiers it is about, as they are known with it; hubs are left out. */
	readonly nodes: readonly KnownNode[];
	/** The edges that are new, seen earlier than known, or judged anew. */
	readonly edges: readonly KnownEdge[];
	/** Those that nothing was known of, by `edgeKey`: nobody may have brought them meanwhile, or they are counted twice. @default none */
	readonly fresh?: ReadonlySet<string>;
	/**
	 * The identifiers whose clusters this concerns: those at such an edge, those that are new or seen earlier than known.
	 * Evidence with a hub concerns nobody, but where it may make something shared, or another hub.
	 */
	readonly touched: ReadonlySet<SeedId>;
	/** Those that were hubs before: nothing is written at them, and they concern nobody. */
	readonly hubs: ReadonlySet<SeedId>;
	/** Those that join nobody any more from now on: all their evidence is without effect at once. */
	readonly stopped: ReadonlySet<SeedId>;
	/** What an identifier is worth changes, so that only the definition can say what follows. */
	readonly turns: boolean;
};

type Read = Pick<View, "nodes" | "edges">;

/** Whether a star says anything that is not known. Where it does not, which is nearly always, nothing is written. */
export function hasNews(star: Star, read: Read): boolean {
	const hubs = hubsIn(star, read);
	const isNews = star.nodes.some((node) => !hubs.has(node.id) && isNewer(node, read.nodes.get(node.id)));
	return isNews || newEdges(star, read, hubs).length > 0;
}

export function newsOf(star: Star, read: Read, ranking: Ranking): News {
	const hubs = hubsIn(star, read);
	const seen = star.nodes.filter(({ id }) => !hubs.has(id));
	const edges = newEdges(star, read, hubs);
	const fresh = edges.filter((edge) => !isSeen(read.edges.get(edgeKey(edge)) ?? UNSEEN));
	const nodes = seen.map((node) => counted(mergeNodes(read.nodes.get(node.id), node), fresh, ranking));
	const early = seen.filter(({ id, firstSeen }) => firstSeen < (read.nodes.get(id)?.firstSeen ?? "~"));
	const inner = edges.filter(({ a, b }) => !hubs.has(a) && !hubs.has(b));
	const stopped = new Set(nodes.filter((node) => isHub(node, ranking)).map(({ id }) => id));
	const outer = edges.filter(({ a, b }) => hubs.has(a) !== hubs.has(b)).flatMap(({ a, b }) => [a, b]);
	const shareable = nodes.filter(({ id, namespace }) => ranking.isolates(namespace) && outer.includes(id));
	return {
		cause: { kind: "event", ...star.cause },
		center: (seen[0] ?? star.nodes[0]).id,
		nodes: nodes.map((node) => (stopped.has(node.id) ? { ...node, hub: true as const } : node)),
		edges,
		fresh: new Set(edges.map(edgeKey).filter((key) => !read.edges.has(key))),
		touched: new Set([
			...[...early, ...shareable].map(({ id }) => id),
			...inner.flatMap(({ a, b }) => [a, b]),
			...stopped,
		]),
		hubs,
		stopped,
		turns: stopped.size > 0 || nodes.some((node) => mayBeShared(node, { star, fresh, read, ranking })),
	};
}

const UNSEEN = { firstSeen: "9999-12-31T23:59:59.999Z" };

/**
 * Hubs are those that are marked so: the mark says at which end the rows of edges are. Who is one by the rules of now, and is
 * not marked yet, begins to be one with these news.
 */
const hubsIn = ({ nodes }: Star, read: Read): Set<SeedId> =>
	new Set(nodes.flatMap(({ id }) => (read.nodes.get(id)?.hub ? [id] : [])));

/** How many others it was seen with is counted where that may make it a hub. */
function counted(node: KnownNode, fresh: readonly KnownEdge[], ranking: Ranking): KnownNode {
	const more = fresh.filter(({ a, b }) => a === node.id || b === node.id).length;
	if (more === 0 || ranking.maxPeers(node.namespace) === undefined) return node;
	return { ...node, degree: (node.degree ?? 0) + more };
}

type Meeting = {
	readonly star: Star;
	readonly fresh: readonly KnownEdge[];
	readonly read: Read;
	readonly ranking: Ranking;
};

/** Whether what is nobody's when two people use it meets another owner now, as far as one can tell without a look at all it was seen with. */
function mayBeShared(node: KnownNode, { star, fresh, read, ranking }: Meeting): boolean {
	if (!ranking.isolates(node.namespace) || node.shared) return false;
	const peers = new Set(
		fresh.flatMap((edge) => (edge.a === node.id || edge.b === node.id ? otherEnd(edge, node.id) : [])),
	);
	const owners = star.nodes.filter((peer) => peers.has(peer.id) && ranking.isUnique(peer.namespace));
	const hadPeers = (read.nodes.get(node.id)?.degree ?? 0) > 0;
	return owners.length > 1 || (owners.length === 1 && hadPeers);
}

/** The news and what they do to the clusters, as one change. `beside` are others whose homes or marks change with it. */
export function changeOf(news: News, read: Read, { redrawn, beside = [], now }: Done): IdentityChange {
	const homes = new Map(redrawn?.records.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
	const nodes = [...news.nodes, ...beside].flatMap((node): NodeChange[] => {
		const before = read.nodes.get(node.id);
		const home = node.home ?? homes.get(node.id);
		const after = { ...node, ...(home && { home }) };
		return before && isSame(before, after) ? [] : [{ node: after, ...(before && { before }) }];
	});
	const newHubs = nodes.filter(({ node, before }) => node.hub && !before?.hub);
	return {
		cause: news.cause,
		at: redrawn?.at ?? now.toISOString(),
		nodes,
		edges: news.edges,
		...(news.fresh && { fresh: news.fresh }),
		hubs: news.hubs,
		records: redrawn?.records ?? [],
		unchanged: redrawn?.unchanged ?? [],
		...(redrawn?.structure && { structure: redrawn.structure }),
		...(redrawn?.journal && { journal: redrawn.journal }),
		health: [
			...(redrawn?.health ?? []),
			...newHubs.map(({ node: { id } }) => ({ kind: "hub" as const, id, is: true })),
		],
	};
}

type Done = { readonly redrawn?: Redrawn; readonly beside?: readonly KnownNode[]; readonly now: Date };

/** Edges that say something new. One between two hubs never says anything. */
function newEdges(star: Star, { edges }: Read, hubs: ReadonlySet<SeedId>): KnownEdge[] {
	return star.edges.flatMap((edge) => {
		const known = edges.get(edgeKey(edge));
		const merged = earlier(known, edge);
		return merged === known || (hubs.has(edge.a) && hubs.has(edge.b)) ? [] : [merged];
	});
}

const isNewer = (seen: KnownNode, known: KnownNode | undefined): boolean =>
	!known ||
	seen.firstSeen < known.firstSeen ||
	seen.lastSeen > known.lastSeen ||
	seen.sources.some((source) => !known.sources.includes(source));

const isSame = (x: KnownNode, y: KnownNode): boolean =>
	x.firstSeen === y.firstSeen &&
	x.lastSeen === y.lastSeen &&
	x.sources.length === y.sources.length &&
	x.home === y.home &&
	x.degree === y.degree &&
	x.hub === y.hub &&
	x.shared === y.shared &&
	x.blocked?.id === y.blocked?.id;
