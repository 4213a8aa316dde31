import type { Identifier, SeedId } from "#domain/model/identifier.ts";
import { compareText } from "#domain/rules/compare.ts";

/**
 * What a person said about a piece of evidence. Of two statements the later holds (of two at the same time the one with
 * the greater id), so statements too may come in any order and any number of times.
 */
export type Statement<T> = {
	readonly says: T;
	/** ISO 8601 UTC. */
	readonly at: string;
	readonly id: string;
};

/** `allow`: they are one person, before all that events say. `deny`: they are two. `none`: whatever was said is taken back. */
export type Verdict = "allow" | "deny" | "none";

/** When something was first seen that no event ever showed, only a person spoke of: after all that was seen. */
export const NEVER = "9999-12-31T23:59:59.999Z";

/** An identifier that was seen, and when first (event time, ISO 8601 UTC; `NEVER` where a person only spoke of it). */
export type EvidenceNode = Identifier & {
	readonly id: SeedId;
	readonly firstSeen: string;
	/** Whether a person said that it is nobody's. */
	readonly blocked?: Statement<boolean>;
	/** With how many others it was seen: at least so many, or as many as the evidence at hand shows if those are more. */
	readonly degree?: number;
	/** It had too many peers once. It stays a hub, for from then on they are not counted any more. */
	readonly hub?: true;
};

/**
 * Two identifiers that one event carried, and when that happened first (`NEVER`: a person only spoke of them). `a` is the
 * smaller id: an edge has one spelling.
 */
export type EvidenceEdge = {
	readonly a: SeedId;
	readonly b: SeedId;
	readonly firstSeen: string;
	readonly verdict?: Statement<Verdict>;
};

/**
 * All that is known of who is who. It only grows, by set union, by taking the earlier time and the later statement, so it
 * is the same set whatever order it came in, and however often.
 */
export type Evidence = { readonly nodes: readonly EvidenceNode[]; readonly edges: readonly EvidenceEdge[] };

/** The two ends of an edge. */
export type Ends = Pick<EvidenceEdge, "a" | "b">;

/** Whether an event showed it; else a person only spoke of it. */
export const isSeen = ({ firstSeen }: { readonly firstSeen: string }): boolean => firstSeen !== NEVER;

/** What a person says of an edge now; undefined where nobody said anything, or it was taken back. */
export const verdictOn = ({ verdict }: Pick<EvidenceEdge, "verdict">): "allow" | "deny" | undefined =>
	verdict === undefined || verdict.says === "none" ? undefined : verdict.says;

/** Of two statements the one that holds. */
export function laterSaid<T>(x: Statement<T> | undefined, y: Statement<T> | undefined): Statement<T> | undefined {
	if (!x || !y) return x ?? y;
	return (compareText(x.at, y.at) || compareText(x.id, y.id)) < 0 ? y : x;
}

/** The ends of an edge in their one order. */
export const endsOf = (x: SeedId, y: SeedId): Ends => (x < y ? { a: x, b: y } : { a: y, b: x });

/** The end of an edge that is not this one. */
export const otherEnd = ({ a, b }: Ends, id: SeedId): SeedId => (a === id ? b : a);

/** A text that names an edge. */
export const edgeKey = ({ a, b }: Ends): string => `${a} ${b}`;
