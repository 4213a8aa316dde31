import type { SeedId } from "#domain/model/identifier.ts";
import { edgeKey } from "./evidence.ts";
import type { Redrawn } from "./plan-structure.ts";
import type { IdentityChange, KnownEdge, KnownNode, NodeChange } from "./ports.ts";
import { earlier, mergeNodes, type Star } from "./star.ts";
import type { View } from "./view.ts";

/** What a star adds to what is known. */
export type News = {
	readonly cause: Star["cause"];
	readonly center: SeedId;
	/** All identifiers of the star, as they are known with it. */
	readonly nodes: readonly KnownNode[];
	/** The edges that are new, or seen earlier than known. */
	readonly edges: readonly KnownEdge[];
	/** The identifiers whose clusters this concerns: those at such an edge, those that are new or seen earlier than known. */
	readonly touched: ReadonlySet<SeedId>;
};

type Read = Pick<View, "nodes" | "edges">;

/** Whether a star says anything that is not known. Where it does not, which is nearly always, nothing is written. */
export const hasNews = (star: Star, read: Read): boolean =>
	star.nodes.some((node) => isNewer(node, read.nodes.get(node.id))) || newEdges(star, read).length > 0;

export function newsOf(star: Star, read: Read): News {
	const edges = newEdges(star, read);
	const early = star.nodes.filter(({ id, firstSeen }) => firstSeen < (read.nodes.get(id)?.firstSeen ?? "~"));
	return {
		cause: star.cause,
		center: star.nodes[0].id,
		nodes: star.nodes.map((node) => mergeNodes(read.nodes.get(node.id), node)),
		edges,
		touched: new Set([...early.map(({ id }) => id), ...edges.flatMap(({ a, b }) => [a, b])]),
	};
}

/** The news and what they do to the clusters, as one change. `redrawn` is absent for an identifier that is alone. */
export function changeOf(news: News, read: Read, redrawn?: Redrawn): IdentityChange {
	const homes = new Map(redrawn?.records.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
	return {
		cause: news.cause,
		nodes: news.nodes.flatMap((node): NodeChange[] => {
			const before = read.nodes.get(node.id);
			const home = node.home ?? homes.get(node.id);
			const changed = !before || isNewer(node, before) || home !== before.home;
			return changed ? [{ node: { ...node, ...(home && { home }) }, ...(before && { before }) }] : [];
		}),
		edges: news.edges,
		records: redrawn?.records ?? [],
		unchanged: redrawn?.unchanged ?? [],
		...(redrawn?.structure && { structure: redrawn.structure }),
	};
}

const newEdges = (star: Star, { edges }: Read): KnownEdge[] =>
	star.edges.filter((edge) => {
		const known = edges.get(edgeKey(edge));
		return earlier(known, edge) !== known;
	});

const isNewer = (seen: KnownNode, known: KnownNode | undefined): boolean =>
	!known ||
	seen.firstSeen < known.firstSeen ||
	seen.lastSeen > known.lastSeen ||
	seen.sources.some((source) => !known.sources.includes(source));
