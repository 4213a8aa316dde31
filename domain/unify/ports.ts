import type { Normaliser } from "#contracts/definitions/identity.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import type { Ends, EvidenceEdge, EvidenceNode } from "./evidence.ts";
import type { Holding } from "./holding.ts";

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
	/** Two people used it, and the rules say that it is nobody's then: so it was found when its evidence was looked at last. */
	readonly shared?: true;
	/** How its value was spelled when it was seen first, so that those a version spelled can be found and spelled anew. */
	readonly normaliser?: Normaliser;
};

/** An edge, and the event that showed it first; of one that a person only spoke of, neither message nor source. */
export type KnownEdge = EvidenceEdge & { readonly messageId: string; readonly source: string };

/** A profile that became part of another one: when, and through what (an event's messageId, or the id of a journal entry). */
export type Merged = { readonly profileId: ProfileId; readonly mergedAt: string; readonly messageId: string };

/** What is kept of a cluster. Identifiers never seen with another have none: they are their own cluster. */
export type ClusterRecord = Holding & {
	readonly id: ProfileId;
	/** Grows with every write of evidence or structure that touches it: the condition of the next. */
	readonly version: number;
	/** Sorted; none once it is retired. */
	readonly members: readonly SeedId[];
	/** The root's namespace and when it was first seen; its id is the cluster's. */
	readonly root: Pick<EvidenceNode, "namespace" | "firstSeen">;
	/**
	 * Some evidence points to another person and is not followed. It may say so a while longer than it is so: when a hub
	 * takes evidence out of force, its neighbours are not all looked at.
	 */
	readonly contested: boolean;
	/** Evidence was not followed because the cluster, or what surrounds it, is at its limit. */
	readonly saturated: boolean;
	/** What surrounds it was too large to look at: what does not simply fit is kept as evidence and joined no more. */
	readonly inexact: boolean;
	/** Its evidence says more than its members do: a change of many steps is under way. Whoever meets it goes on with it. */
	readonly pending: boolean;
	/** Why the change that is under way was begun, so that whoever goes on with it tells the same. */
	readonly begun?: ChangeCause;
	/** No edge that ever joined something in it stands later in the order than this (`placeInOrder`). */
	readonly frontier: string;
	/** The version of the identity rules it was decided under. */
	readonly rules: number;
	/** Every profile that ever became part of it and still is, whichever way. */
	readonly lineage: readonly Merged[];
	/** When its members changed last; empty if never. Each change of one cluster is later than those before it. */
	readonly changedAt: string;
	/** The survivor, once it is retired. A pointer, so a merge costs the same however big the clusters are. */
	readonly mergedInto?: ProfileId;
	/**
	 * Where it led while it was retired, should it be a cluster again: whoever comes this way, is not among its members and
	 * did not leave on his own goes there still.
	 */
	readonly forwards?: ProfileId;
	/** Identifiers that were here and left on their own, not the way that `mergedInto` or `forwards` leads: identifier → where to. */
	readonly moved: { readonly [id: SeedId]: ProfileId };
	/** Profiles that changed together with this one and whose memberships were not brought in line yet; theirs name others. */
	readonly unsettled: readonly ProfileId[];
};

/** A node to be written; `before` is what was read of it, absent when it is new. */
export type NodeChange = { readonly node: KnownNode; readonly before?: KnownNode };

type Part = { readonly profileId: ProfileId; readonly seedIds: readonly SeedId[]; readonly lineage: readonly Merged[] };

/** Some identifiers are one person from now on, or are not any more. `from` and `to` hold all that is needed to undo it. */
export type StructureChange = {
	readonly merged: readonly {
		readonly survivor: ProfileId;
		readonly retired: readonly ProfileId[];
		readonly lineage: readonly Merged[];
	}[];
	readonly split: readonly { readonly from: ProfileId; readonly into: readonly Part[] }[];
	readonly from: readonly Pick<ClusterRecord, "id" | "members">[];
	readonly to: readonly Pick<ClusterRecord, "id" | "members" | "version">[];
	/** The identifiers that belong to another profile than before, and those that are new in one of several. */
	readonly moved: readonly { readonly seedId: SeedId; readonly profileId: ProfileId }[];
};

/** What a person may decide about who is who; it outranks what events say, and can be taken back (`undo`). */
export type DecisionKind = "allow" | "deny" | "block" | "unblock" | "undo";

/** Why the graph changed: an event showed it, a person decided it, or the identity rules are others than before. */
export type ChangeCause =
	| { readonly kind: "event"; readonly messageId: string; readonly source: string }
	| {
			readonly kind: "decision";
			readonly decision: DecisionKind;
			readonly by: string;
			readonly reason?: string;
			/** The identifiers it was about: two that are allowed or denied, one that is blocked or not any more. */
			readonly about?: readonly SeedId[];
			/** What was undone: the id of its journal entry. */
			readonly undoes?: string;
	  }
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

/** What the report of the graph's health lists. */
export type HealthKind = "hub" | "saturated" | "contested";

/** An identifier or a cluster that is to be in one of the report's lists from now on, or not any more. */
export type HealthMark = { readonly kind: HealthKind; readonly id: SeedId; readonly is: boolean };

/** Who is a hub, which profiles are saturated or contested: for the report, so that nobody has to look at all of them. */
export interface IdentityHealth {
	/** One page, in no order; what is not so any more is left out, so a page may be short. */
	list(
		kind: HealthKind,
		page?: { readonly limit?: number; readonly cursor?: string },
	): Promise<{ readonly ids: readonly SeedId[]; readonly cursor?: string }>;
}

/** Everything that one new piece of evidence changes: written all together or not at all. */
export type IdentityChange = {
	/** What brought the evidence, or asked for another look at it. */
	readonly cause: ChangeCause;
	/** When (ISO 8601 UTC): later than any change of the clusters concerned before it. */
	readonly at: string;
	readonly nodes: readonly NodeChange[];
	readonly edges: readonly KnownEdge[];
	/** Those that must not be there yet, by `edgeKey`. @default none */
	readonly fresh?: ReadonlySet<string>;
	/** Identifiers at which nothing is written: evidence with them is kept at its other end only. */
	readonly hubs: ReadonlySet<SeedId>;
	/** Each takes the place of the version before. */
	readonly records: readonly ClusterRecord[];
	/** Records that were relied on and must still be as they were read. */
	readonly unchanged: readonly Pick<ClusterRecord, "id" | "version">[];
	/** Absent when the evidence changed nothing about who is who. */
	readonly structure?: StructureChange;
	/** The cluster whose journal tells of it, and the version that names the entry; absent where there is nothing to tell. */
	readonly journal?: Pick<ClusterRecord, "id" | "version">;
	readonly health: readonly HealthMark[];
};

/** An edge to look up; `from` is the end whose note of it is read. @default `a` */
export type AskedEdge = Ends & { readonly from?: SeedId };

/**
 * With `mayBeStale` the answer may be as things were a moment ago, for half the price. For whoever would only do too much by it and notices:
 * who writes upon what he read is refused, and then reads again without.
 */
export type Reading = { readonly mayBeStale?: boolean };

/** Who was seen with whom, and who is one person for it. */
export interface IdentityGraph {
	/** What is known of these identifiers and edges; what is not known is not among the answers. */
	look(
		asked: { readonly nodes: readonly SeedId[]; readonly edges: readonly AskedEdge[] },
		how?: Reading,
	): Promise<{ readonly nodes: readonly KnownNode[]; readonly edges: readonly KnownEdge[] }>;
	/** The edges of an identifier, at most `limit`. */
	edgesOf(id: SeedId, limit: number): Promise<readonly KnownEdge[]>;
	/** The records of clusters, retired ones too; those never written are not among the answers. */
	records(ids: readonly ProfileId[]): Promise<readonly ClusterRecord[]>;
	/** Writes all of it, the journal and the news for the bus. Refused when anything it relies on changed since it was read. */
	apply(change: IdentityChange): Promise<"written" | "refused">;
	/** Says that what a record lists as unsettled has been brought in line. Nothing happens when it changed meanwhile, or is pending. */
	settle(record: Pick<ClusterRecord, "id" | "version">): Promise<void>;
}

/** What is known through each identifier. */
export interface Fragments {
	/** The fragments that were ever written, in no order. */
	load(ids: readonly SeedId[], how?: Reading): Promise<readonly Fragment[]>;
	/** `before` is the fragment as it was read, the version before this. Refused when it is not the stored one any more. */
	save(fragment: Fragment, before: Fragment): Promise<"saved" | "refused">;
}

/** The identifiers that a person blocked: events leave them out from then on. */
export interface BlockedIdentifiers {
	/** `full`: there are 2,000 already. To add one again is as good as once. */
	add(id: SeedId): Promise<"added" | "full">;
	remove(id: SeedId): Promise<void>;
}
