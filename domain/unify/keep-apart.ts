import type { SeedId } from "#domain/model/identifier.ts";
import { verdictOn } from "./evidence.ts";
import type { EdgeReader } from "./find-chain.ts";
import type { WhyNot } from "./identity-words.ts";
import type { IdentityGraph, KnownNode } from "./ports.ts";
import type { Ranking } from "./ranking.ts";
import type { Place } from "./read-profile.ts";

type Deps = {
	readonly graph: Pick<IdentityGraph, "look">;
	readonly edgesOf: EdgeReader;
	readonly ranking: Ranking;
};

/** Which rule two profiles would break if they were one, with the values that break it; undefined when there is none. */
export async function apartBecause(
	[one, other]: readonly [Place, Place],
	{ graph, edgesOf, ranking }: Deps,
): Promise<WhyNot | undefined> {
	const { nodes } = await graph.look({ nodes: [...one.members, ...other.members], edges: [] });
	const would = one.members.length + other.members.length;
	return (
		tooMany(nodes, new Set(one.members), ranking) ??
		(await denied(nodes, [one, other], edgesOf)) ??
		(would > ranking.maxMembers ? { code: "full", max: ranking.maxMembers, would } : undefined)
	);
}

/** A namespace of which both together hold more than one person may have. */
function tooMany(nodes: readonly KnownNode[], one: ReadonlySet<SeedId>, { most }: Ranking): WhyNot | undefined {
	for (const [namespace, all] of Map.groupBy(nodes, (node) => node.namespace)) {
		const max = most(namespace) ?? Number.POSITIVE_INFINITY;
		const [a, b] = [all.find(({ id }) => one.has(id)), all.find(({ id }) => !one.has(id))];
		if (all.length <= max || !a || !b) continue;
		return max === 1 ? { code: "two_of_unique", a, b } : { code: "too_many", namespace, max, would: all.length };
	}
	return undefined;
}

/** A pair, one of each, that somebody decided to be two people. */
async function denied(
	nodes: readonly KnownNode[],
	[one, other]: readonly [Place, Place],
	edgesOf: EdgeReader,
): Promise<WhyNot | undefined> {
	const [here, across] = [new Set(one.members), new Set(other.members)];
	// The record of a profile lists whom its members were denied; an identifier alone may have none, and its own edges tell.
	const ends = one.record ? one.record.denied.filter((id) => across.has(id)) : one.members;
	const edges = (await Promise.all(ends.map(edgesOf))).flat().filter((edge) => verdictOn(edge) === "deny");
	const deny = edges.find(({ a, b }) => (here.has(a) && across.has(b)) || (here.has(b) && across.has(a)));
	const [a, b] = [nodes.find(({ id }) => id === deny?.a), nodes.find(({ id }) => id === deny?.b)];
	return a && b && { code: "kept_apart", a, b };
}
