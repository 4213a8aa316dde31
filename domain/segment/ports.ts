import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";

/** A member as the list of a segment shows it. */
export type Member = { readonly profileId: ProfileId; readonly enteredAt: string; readonly version: number };

/** Who is in which segment, and ever was. */
export interface Memberships {
	/** A profile's row in every segment it was ever in; those it exited too. */
	of(profileId: ProfileId): Promise<readonly Membership[]>;
	/**
	 * Writes the next version of a row, keeps the list of members in step, and puts the news on the bus, all or nothing;
	 * without news it is silent. Refused when the row is not at the version before any more: then nothing was written.
	 */
	change(next: Membership, news?: SegmentChanged): Promise<"written" | "refused">;
	/** The members of a segment, each once, in no meaningful order; `cursor` is there while there may be more. */
	membersOf(
		segmentId: string,
		page?: { readonly limit?: number; readonly cursor?: string },
	): Promise<{ readonly members: readonly Member[]; readonly cursor?: string }>;
	/** How many are in a segment. Counts them, so it costs as much as listing them. */
	size(segmentId: string): Promise<number>;
}

/** Profiles as they stand at the moment of asking. */
export interface Profiles {
	/** Follows a retired id to the profile that survived; undefined when nothing is known under the id. */
	read(profileId: ProfileId): Promise<Profile | undefined>;
}
