import type { SeedId } from "#domain/model/identifier.ts";
import { verdictOn } from "./evidence.ts";
import { type Holding, holdingOf, together } from "./holding.ts";
import type { Redefined } from "./plan-component.ts";
import type { KnownNode } from "./ports.ts";
import { byRoot, type Ranking } from "./ranking.ts";
import type { Component } from "./read-component.ts";
import type { After } from "./redrawing.ts";
import { isBlocked, isFollowed, isHub } from "./usable.ts";

type Known = {
	readonly redefined: Redefined;
	readonly component: Component;
	readonly ranking: Ranking;
	/** Whose cluster is under way until all is done. */
	readonly center: SeedId;
};

/** Makes clusters of some identifiers: as they shall be where that is sure whatever comes, else marked as under way. */
export function clusterMaker(known: Known) {
	const wantedAt = new Map(known.redefined.after.flatMap((one) => one.members.map((id) => [id, one] as const)));
	const usable = usableWays(known);
	const denied = deniedIn(known.component);
	const isApart = (members: readonly SeedId[]): boolean => known.component.isWhole && leadsNowhere(members, usable);
	return {
		isApart,
		make(members: readonly SeedId[]): After {
			const [wanted] = members.map((id) => wantedAt.get(id));
			const isThere = wanted?.members.length === members.length && members.every((id) => wantedAt.get(id) === wanted);
			const isDone = isThere && !members.includes(known.center) && isApart(members);
			return wanted && isDone ? wanted : underWay(members, known, denied);
		},
	};
}

/** A cluster on the way: what it holds is what its members do, all else will be said when it is done, and stays as it was said. */
function underWay(members: readonly SeedId[], { redefined, component, ranking }: Known, denied: Denied): After {
	const nodes = members.flatMap((id): KnownNode[] => {
		const node = redefined.nodes.get(id);
		return node ? [node] : [];
	});
	const [root] = nodes.toSorted(byRoot(ranking));
	const [first, ...others] = nodes.map(
		(node): Holding => ({ ...holdingOf(node, ranking), denied: denied.get(node.id) ?? [] }),
	);
	if (!root || !first) throw new Error("a step makes a cluster of nobody");
	const holding = others.reduce(together, first);
	const { contested = false, saturated = false } = component.records.get(root.id) ?? {};
	return {
		...holding,
		root,
		members: [...members].sort(),
		denied: [...holding.denied].sort(),
		contested,
		saturated,
		inexact: false,
		pending: true,
		frontier: "~",
	};
}

/**
 * Whether no evidence that may be followed leads out of a cluster: then it is what it shall be whatever becomes of the others,
 * and need not be marked. Evidence that others add changes the version of the record that the step relies on.
 */
function leadsNowhere(members: readonly SeedId[], usable: ReadonlyMap<SeedId, readonly SeedId[]>): boolean {
	const inside = new Set(members);
	return members.every((id) => (usable.get(id) ?? []).every((other) => inside.has(other)));
}

/** Where evidence that may be followed leads from each identifier. */
function usableWays({ component: { edges, nodes }, ranking }: Known): Map<SeedId, SeedId[]> {
	const mayJoin = (id: SeedId): boolean => {
		const node = nodes.get(id);
		return node !== undefined && !(isBlocked(node, ranking) || isHub(node, ranking));
	};
	const ways = new Map<SeedId, SeedId[]>();
	for (const edge of edges.values()) {
		if (!(isFollowed(edge) && mayJoin(edge.a) && mayJoin(edge.b))) continue;
		ways.set(edge.a, [...(ways.get(edge.a) ?? []), edge.b]);
		ways.set(edge.b, [...(ways.get(edge.b) ?? []), edge.a]);
	}
	return ways;
}

type Denied = ReadonlyMap<SeedId, readonly SeedId[]>;

/** From whom each identifier is kept apart. */
function deniedIn({ edges }: Component): Denied {
	const denied = [...edges.values()].filter((edge) => verdictOn(edge) === "deny");
	const pairs = denied.flatMap(({ a, b }) => [[a, b] as const, [b, a] as const]);
	const grouped = Map.groupBy(pairs, ([id]) => id);
	return new Map([...grouped].map(([id, all]) => [id, all.map(([, other]) => other)]));
}
