import type { Destination } from "#contracts/definitions/destination.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { Source } from "#contracts/definitions/source.ts";
import type { TrackingPlan } from "#contracts/definitions/tracking-plan.ts";

/** A definition with the version it was applied as (1, 2, 3 …) and when. */
export type Applied<T> = T & { readonly version: number; readonly appliedAt: string };

/** Everything a person has decided, as it stands now. A new object whenever anything changed, the same one otherwise. */
export type Workspace = {
	readonly sources: readonly Applied<Source>[];
	readonly trackingPlans: readonly Applied<TrackingPlan>[];
	readonly identity: IdentityRules;
	readonly segments: readonly Applied<Segment>[];
	readonly destinations: readonly Applied<Destination>[];
	/**
	 * Keys of the counts whose past is not complete yet: a segment began to look at them after events had come in. They
	 * grow with each event all the same, but nobody enters or exits a segment by them until a recompute has filled in
	 * what came before. @default none
	 */
	readonly uncounted?: ReadonlySet<string>;
	/** Ids of segments that were removed: a recompute lets their last members go. @default none */
	readonly removedSegments?: readonly string[];
};

/** The definitions in force. Answers from memory; looks again when its copy is older than a few seconds. */
export interface Definitions {
	current(): Promise<Workspace>;
}
