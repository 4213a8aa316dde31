import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import type { EvidenceEdge, EvidenceNode, UniqueValues } from "./evidence.ts";

/** An identifier as the graph keeps it. */
export type KnownNode = EvidenceNode & {
	/** The last day it was seen (event time, `YYYY-MM-DD`): written once a day at most. */
	readonly lastSeen: string;
	/** The sources it came from. */
	readonly sources: readonly string[];
	/**
	 * The cluster it was in when an event first showed it with another identifier; absent until then. It never changes:
	 * the records of clusters say where it leads now.
	 */
	readonly home?: ProfileId;
};

/** An edge, and the event that showed it first. */
export type KnownEdge = EvidenceEdge & { readonly messageId: string; readonly source: string };

/** What is kept of a cluster. Identifiers never seen with another have none: they are their own cluster. */
export type ClusterRecord = {
	readonly id: ProfileId;
	/** Grows with every write of evidence or structure that touches it: the condition of the next. */
	readonly version: number;
	/** Sorted; none once it is retired. */
	readonly members: readonly SeedId[];
	/** The root's namespace and when it was first seen; its id is the cluster's. */
	readonly root: Pick<EvidenceNode, "namespace" | "firstSeen">;
	readonly unique: UniqueValues;
	readonly contested: boolean;
	/** It, or what surrounds it, grew past the limit: what comes is kept as evidence and joined no more. */
	readonly saturated: boolean;
	/** The survivor, once it is retired. A pointer, so a merge costs the same however big the clusters are. */
	readonly mergedInto?: ProfileId;
	/** Identifiers that were at home here and do not go where `mergedInto` leads: identifier → their cluster. */
	readonly moved: { readonly [id: SeedId]: ProfileId };
	/** Profiles that changed together with this one and whose memberships were not brought in line yet. */
	readonly unsettled: readonly ProfileId[];
};

/** A node to be written; `before` is what was read of it, absent when it is new. */
export type NodeChange = { readonly node: KnownNode; readonly before?: KnownNode };

/** Some identifiers are one person from now on, or are not any more. `from` and `to` hold all that is needed to undo it. */
export type StructureChange = {
	readonly merged: readonly { readonly survivor: ProfileId; readonly retired: readonly ProfileId[] }[];
	readonly split: readonly { readonly from: ProfileId; readonly into: readonly ProfileId[] }[];
	readonly from: readonly Pick<ClusterRecord, "id" | "members">[];
	readonly to: readonly Pick<ClusterRecord, "id" | "members" | "version">[];
};

/** What a person may decide about who is who; it outranks what events say, and can be taken back (`undo`). */
export type DecisionKind = "allow" | "deny" | "block" | "unblock" | "undo";

/** Why the graph changed: an event showed it, a person decided it, or the identity rules are others than before. */
export type ChangeCause =
	| { readonly kind: "event"; readonly messageId: string; readonly source: string }
	| { readonly kind: "decision"; readonly decision: DecisionKind; readonly by: string; readonly reason?: string }
	| { readonly kind: "rules"; readonly version: number };

/** One structural change, as the journal of each cluster that came out of it keeps it. */
export type JournalEntry = {
	/** Names it for ever; `undo` takes it. */
	readonly journalId: string;
	/** ISO 8601 UTC. Later in one cluster than all entries before it. */
	readonly at: string;
	readonly cause: ChangeCause;
	readonly edges: readonly EvidenceEdge[];
	readonly from: readonly { readonly id: ProfileId; readonly members: readonly SeedId[] }[];
	readonly to: readonly { readonly id: ProfileId; readonly members: readonly SeedId[] }[];
};

/** What every cluster concerned was and became, change by change. */
export interface IdentityJournal {
	/** The latest entries of a cluster first, and where to go on. */
	entries(
		profileId: ProfileId,
		page?: { readonly limit?: number; readonly cursor?: string },
	): Promise<{ readonly entries: readonly JournalEntry[]; readonly cursor?: string }>;
	/** Undefined for an id that no entry has. */
	entry(journalId: string): Promise<JournalEntry | undefined>;
}

/** Everything that one new piece of evidence changes: written all together or not at all. */
export type IdentityChange = {
	/** The event that brought the evidence. */
	readonly cause: { readonly messageId: string; readonly source: string };
	readonly nodes: readonly NodeChange[];
	readonly edges: readonly KnownEdge[];
	/** Each takes the place of the version before. */
	readonly records: readonly ClusterRecord[];
	/** Records that were relied on and must still be as they were read. */
	readonly unchanged: readonly Pick<ClusterRecord, "id" | "version">[];
	/** Absent when the evidence changed nothing about who is who. */
	readonly structure?: StructureChange;
};

/** Who was seen with whom, and who is one person for it. */
export interface IdentityGraph {
	/** What is known of these identifiers and edges; what is not known is not among the answers. */
	look(asked: {
		readonly nodes: readonly SeedId[];
		readonly edges: readonly Pick<EvidenceEdge, "a" | "b">[];
	}): Promise<{ readonly nodes: readonly KnownNode[]; readonly edges: readonly KnownEdge[] }>;
	/** The edges of an identifier, at most `limit`. */
	edgesOf(id: SeedId, limit: number): Promise<readonly KnownEdge[]>;
	/** The records of clusters, retired ones too; those never written are not among the answers. */
	records(ids: readonly ProfileId[]): Promise<readonly ClusterRecord[]>;
	/** Writes all of it, the journal and the news for the bus. Refused when anything it relies on changed since it was read. */
	apply(change: IdentityChange): Promise<"written" | "refused">;
	/** Says that what a record lists as unsettled has been brought in line. Nothing happens when it changed meanwhile. */
	settle(record: Pick<ClusterRecord, "id" | "version">): Promise<void>;
}

/** What is known through each identifier. */
export interface Fragments {
	/** The fragments that were ever written, in no order. */
	load(ids: readonly SeedId[]): Promise<readonly Fragment[]>;
	/** Refused when the stored version is not the one before this any more. */
	save(fragment: Fragment): Promise<"saved" | "refused">;
}
