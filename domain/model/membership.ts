import type { ProfileId } from "./identifier.ts";

/** What made a membership change. */
export type MembershipCause = {
	readonly kind: "event" | "merge" | "edit" | "recompute";
	/** The event that tipped it, where one did: the trace of the change. */
	readonly messageId?: string;
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
	/** When time alone will next change the answer; absent where time cannot. */
	readonly nextChangeAt?: string;
};
