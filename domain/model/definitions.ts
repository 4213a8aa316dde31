import type { Destination } from "#contracts/definitions/destination.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { Source } from "#contracts/definitions/source.ts";
import type { TrackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { TraitDefinition } from "#contracts/definitions/trait.ts";
import type { SeedId } from "./identifier.ts";

/** A definition with the version it was applied as (1, 2, 3 …) and when. */
export type Applied<T> = T & { readonly version: number; readonly appliedAt: string };

/**
 * How far a measure is that segments or computed traits look at. An event received at `since` or later adds to it as it comes; what was
 * received before is filled in from the archive, once for all. So no event is counted twice, however late it is folded.
 */
export type Counting = {
	/** ISO 8601 UTC; empty when it was counted from the very first event. */
	readonly since: string;
	/** Whether what came before `since` is filled in. Until then nobody enters or exits a segment by it. */
	readonly isFilled: boolean;
	/** How far back it is kept, ms. @default for ever */
	readonly keptMs?: number;
};

/** Everything a person has decided, as it stands now. A new object whenever anything changed, the same one otherwise. */
export type Workspace = {
	readonly sources: readonly Applied<Source>[];
	readonly trackingPlans: readonly Applied<TrackingPlan>[];
	/** Its version is absent when nobody ever applied one: then it counts as 0. To remove the rules is a version too. */
	readonly identity: IdentityRules & Partial<Pick<Applied<IdentityRules>, "version" | "appliedAt">>;
	/** Identifiers that a person blocked: from then on they point at nobody. @default none */
	readonly blockedSeeds?: ReadonlySet<SeedId>;
	readonly segments: readonly Applied<Segment>[];
	readonly destinations: readonly Applied<Destination>[];
	/** How the values of traits are chosen or computed. @default the last said stands, none is computed */
	readonly traits?: readonly Applied<TraitDefinition>[];
	/**
	 * How far each measure is, by what it means: more than one where somebody began to look further back than it was kept.
	 * @default all are complete
	 */
	readonly counts?: ReadonlyMap<string, readonly Counting[]>;
	/** Of each list that was uploaded: the number of the upload in force (1, 2 …). @default there are none */
	readonly lists?: ReadonlyMap<string, number>;
	/** Ids of segments that were removed: a recompute lets their last members go. @default none */
	readonly removedSegments?: readonly string[];
};

/** Who may send. A part of the definitions, kept in the same way. */
export interface Sources {
	current(): Promise<Pick<Workspace, "sources">>;
}

/** The definitions in force. Answers from memory; looks again when its copy is older than a few seconds. */
export interface Definitions {
	current(): Promise<Workspace>;
}
