import type { CAUSES } from "#contracts/bus/segment-changed.ts";
import type { ProfileId } from "./identifier.ts";

/**
 * What made a membership change: an `event` of the person, `time` alone, a `merge` (or a split), an `edit` of the segment, the
 * scheduled look at everybody (`recompute`), the nightly comparison with the archive (`reconcile`), an upload of a `list`.
 */
export type MembershipCause = {
	readonly kind: (typeof CAUSES)[number];
	/** The event that tipped it, where one did: the trace of the change. */
	readonly messageId?: string;
	/** The condition that tipped it, by its place in the definition: `when.all.0`. */
	readonly leaf?: string;
};

/**
 * A profile's place in one segment. The row stays after an exit, so `version` counts every change, and
 * (profile, segment, version) names one transition for ever: consumers use it to be safe to run twice.
 */
export type Membership = {
	readonly profileId: ProfileId;
	readonly segmentId: string;
	readonly state: "entered" | "exited";
	readonly version: number;
	/** When it entered or exited last, ISO 8601 UTC. */
	readonly at: string;
	readonly segmentVersion: number;
	readonly cause: MembershipCause;
};
