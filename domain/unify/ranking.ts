import { DEFAULT_MAX_PEERS, type IdentityRules } from "#contracts/definitions/identity.ts";
import { blocks } from "#domain/model/blocked-values.ts";
import type { Identifier } from "#domain/model/identifier.ts";
import { compareText } from "#domain/rules/compare.ts";
import { type EvidenceEdge, type EvidenceNode, verdictOn } from "./evidence.ts";

/** A cluster holds no more identifiers than this (FIELD A4 row 33). */
const MAX_MEMBERS = 500;

/** The identity rules in force, with the version they were applied as. @default version 0, the rules nobody applied */
export type VersionedRules = IdentityRules & { readonly version?: number };

/** From how many others a profile is kept apart at most: each stands in its record, which every new identifier writes. */
const MAX_DENIED = 500;

/** What tests make small. */
export type Limits = {
	/** Identifiers a cluster. @default 500 */
	readonly maxMembers?: number;
	/** Others that a profile is kept apart from. @default 500 */
	readonly maxDenied?: number;
};

/** What the identity rules say, ready to be asked. */
export type Ranking = {
	/** The version of the rules. What was decided under another is decided anew. */
	readonly stamp: number;
	readonly maxMembers: number;
	readonly maxDenied: number;
	/** 0 is the strongest namespace. One that the rules do not name is weaker than all they do. */
	readonly rank: (namespace: string) => number;
	/** How many of these a cluster holds at most: 1 for a unique one, undefined where there is no limit. */
	readonly most: (namespace: string) => number | undefined;
	readonly isUnique: (namespace: string) => boolean;
	/** With how many others one may be seen before it is a hub; undefined where there is no limit. */
	readonly maxPeers: (namespace: string) => number | undefined;
	/** Whether one that two people use is nobody's. */
	readonly isolates: (namespace: string) => boolean;
	/** Whether the value is one of those that point at nobody. What a person said of one identifier is no matter of rules. */
	readonly isBlocked: (identifier: Identifier) => boolean;
};

/** A unique identifier has no limit of peers unless one is given: who has many devices is no hub, he is saturated. */
export function rankingOf({ identifiers, version = 0 }: VersionedRules, limits: Limits = {}) {
	const { maxMembers = MAX_MEMBERS, maxDenied = MAX_DENIED } = limits;
	const types = new Map(identifiers.map((type, rank) => [type.namespace, { ...type, rank }]));
	const most = (namespace: string) => {
		const type = types.get(namespace);
		return type?.unique ? 1 : type?.max;
	};
	const isUnique = (namespace: string) => most(namespace) === 1;
	const ranking: Ranking = {
		stamp: version,
		maxMembers,
		maxDenied,
		rank: (namespace) => types.get(namespace)?.rank ?? types.size,
		most,
		isUnique,
		maxPeers: (namespace) => types.get(namespace)?.maxPeers ?? (isUnique(namespace) ? undefined : DEFAULT_MAX_PEERS),
		isolates: (namespace) => types.get(namespace)?.onShared === "isolate" && !isUnique(namespace),
		isBlocked: (identifier) => blocks(types.get(identifier.namespace), identifier),
	};
	return ranking;
}

type Rooted = Pick<EvidenceNode, "id" | "namespace" | "firstSeen">;

/** The order in which identifiers may stand for a person: the strongest first, of these the first seen, then by id. */
export const byRoot =
	({ rank }: Pick<Ranking, "rank">) =>
	(x: Rooted, y: Rooted): number =>
		rank(x.namespace) - rank(y.namespace) || compareText(x.firstSeen, y.firstSeen) || compareText(x.id, y.id);

/**
 * Where an edge stands among all that may join, as a text: those that a person allows first, then by the rank of the
 * stronger end, then by when it was first seen, then by ids, so that no two are equal. `compareText` compares them.
 */
export function placeInOrder(edge: EvidenceEdge, strongerEnd: number): string {
	const allowed = verdictOn(edge) === "allow" ? "0" : "1";
	return `${allowed} ${String(strongerEnd).padStart(3, "0")} ${edge.firstSeen} ${edge.a} ${edge.b}`;
}
