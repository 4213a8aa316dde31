import type { SeedId } from "#domain/model/identifier.ts";
import { verdictOn } from "./evidence.ts";
import { type Holding, holdingOf, together } from "./holding.ts";
import type { Redefined } from "./plan-component.ts";
import type { KnownNode } from "./ports.ts";
import { byRoot, type Ranking } from "./ranking.ts";
import type { Component } from "./read-component.ts";
import type { After } from "./redrawing.ts";
import { isBlocked, isFollowed, isHub } from "./usable.ts";

type Known = { readonly redefined: Redefined; readonly component: Component; readonly ranking: Ranking };

/** Makes clusters of some identifiers: as they shall be where that is sure whatever comes, else marked as under way. */
export function clusterMaker(known: Known): (members: readonly SeedId[]) => After {
	const wantedAt = new Map(known.redefined.after.flatMap((one) => one.members.map((id) => [id, one] as const)));
	return (members) => {
		const [wanted] = members.map((id) => wantedAt.get(id));
		const isThere = wanted?.members.length === members.length && members.every((id) => wantedAt.get(id) === wanted);
		return wanted && isThere && isApart(members, known) ? wanted : underWay(members, known);
	};
}

/** A cluster on the way: what it holds is what its members do, all else will be said when it is done. */
function underWay(members: readonly SeedId[], { redefined, component, ranking }: Known): After {
	const nodes = members.flatMap((id): KnownNode[] => {
		const node = redefined.nodes.get(id);
		return node ? [node] : [];
	});
	const [root] = nodes.toSorted(byRoot(ranking));
	const [first, ...others] = nodes.map(
		(node): Holding => ({ ...holdingOf(node, ranking), denied: deniedOf(node.id, component) }),
	);
	if (!root || !first) throw new Error("a step makes a cluster of nobody");
	const holding = others.reduce(together, first);
	return {
		...holding,
		root,
		members: [...members].sort(),
		denied: [...holding.denied].sort(),
		contested: true,
		saturated: false,
		inexact: false,
		pending: true,
		frontier: "~",
	};
}

/**
 * Whether no evidence that may be followed leads out of a cluster: then it is what it shall be whatever becomes of the others,
 * and need not be marked. Evidence that others add changes the version of the record that the step relies on.
 */
function isApart(members: readonly SeedId[], { component: { isWhole, edges, nodes }, ranking }: Known): boolean {
	const inside = new Set(members);
	const mayJoin = (id: SeedId): boolean => {
		const node = nodes.get(id);
		return node !== undefined && !(isBlocked(node, ranking) || isHub(node, ranking));
	};
	return (
		isWhole &&
		[...edges.values()].every(
			(edge) => inside.has(edge.a) === inside.has(edge.b) || !(isFollowed(edge) && mayJoin(edge.a) && mayJoin(edge.b)),
		)
	);
}

const deniedOf = (id: SeedId, { edges }: Component): SeedId[] =>
	[...edges.values()].flatMap((edge) =>
		verdictOn(edge) !== "deny" ? [] : edge.a === id ? [edge.b] : edge.b === id ? [edge.a] : [],
	);
