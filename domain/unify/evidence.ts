import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { isBlocked } from "#domain/model/blocked-values.ts";
import type { Identifier, SeedId } from "#domain/model/identifier.ts";
import { compareText } from "#domain/rules/compare.ts";

/** An identifier that was seen, and when first (event time, ISO 8601 UTC). */
export type EvidenceNode = Identifier & { readonly id: SeedId; readonly firstSeen: string };

/** Two identifiers that one event carried, and when that happened first. `a` is the smaller id: an edge has one spelling. */
export type EvidenceEdge = { readonly a: SeedId; readonly b: SeedId; readonly firstSeen: string };

/**
 * All that is known of who is who. It only grows, by set union and by taking the earlier time, so it is the same set
 * whatever order events came in, and however often.
 */
export type Evidence = { readonly nodes: readonly EvidenceNode[]; readonly edges: readonly EvidenceEdge[] };

/** The values of unique namespaces a cluster holds: namespace → the one identifier of it. */
export type UniqueValues = { readonly [namespace: string]: SeedId };

/** What the identity rules say, ready to be asked. */
export type Ranking = {
	/** 0 is the strongest namespace. One that the rules do not name is weaker than all they do. */
	readonly rank: (namespace: string) => number;
	readonly isUnique: (namespace: string) => boolean;
	readonly isBlocked: (identifier: Identifier) => boolean;
};

export function rankingOf({ identifiers }: IdentityRules): Ranking {
	const types = new Map(identifiers.map((type, rank) => [type.namespace, { ...type, rank }]));
	return {
		rank: (namespace) => types.get(namespace)?.rank ?? types.size,
		isUnique: (namespace) => types.get(namespace)?.unique ?? false,
		isBlocked: ({ namespace, value }) => isBlocked(namespace, value, types.get(namespace)?.blocked ?? []),
	};
}

type Rooted = Pick<EvidenceNode, "id" | "namespace" | "firstSeen">;

/** The order in which identifiers may stand for a person: the strongest first, of these the first seen, then by id. */
export const byRoot =
	({ rank }: Ranking) =>
	(x: Rooted, y: Rooted): number =>
		rank(x.namespace) - rank(y.namespace) || compareText(x.firstSeen, y.firstSeen) || compareText(x.id, y.id);

/** An edge with the rank of its stronger end. */
export type RankedEdge = EvidenceEdge & { readonly rank: number };

/** The order in which edges may join: by strength, then first seen, then by ids, so that no two are equal. */
export const byStrength = (x: RankedEdge, y: RankedEdge): number =>
	x.rank - y.rank || compareText(x.firstSeen, y.firstSeen) || compareText(x.a, y.a) || compareText(x.b, y.b);

/** Whether one cluster made of both would hold two values of a unique namespace. */
export const clash = (left: UniqueValues, right: UniqueValues): boolean =>
	Object.entries(left).some(([namespace, id]) => Object.hasOwn(right, namespace) && right[namespace] !== id);

/** The ends of an edge in their one order. */
export const endsOf = (x: SeedId, y: SeedId): Pick<EvidenceEdge, "a" | "b"> =>
	x < y ? { a: x, b: y } : { a: y, b: x };

/** A text that names an edge. */
export const edgeKey = ({ a, b }: Pick<EvidenceEdge, "a" | "b">): string => `${a} ${b}`;
