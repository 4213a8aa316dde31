import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership, MembershipCause } from "#domain/model/membership.ts";
import { closeRetired } from "./close-retired.ts";
import type { CompiledSegments } from "./compile-segments.ts";
import { type UpdateDeps, updateMemberships } from "./update-memberships.ts";

export type Transfer = {
	readonly survivor: ProfileId;
	readonly retired: readonly ProfileId[];
	readonly compiled: CompiledSegments;
	/** The event whose evidence joined them. */
	readonly messageId: string;
};

/**
 * After a merge: the survivor enters and exits by what is now known of it, then the rows of the retired are closed. In
 * this order, so that somebody in a segment before and after is never told to have left it. Safe to run twice, and if it
 * was not run at all the next look at any of the profiles does the same.
 */
export async function transferMemberships(transfer: Transfer, deps: UpdateDeps): Promise<readonly Membership[]> {
	const cause: MembershipCause = { kind: "merge", messageId: transfer.messageId };
	const written = await updateMemberships(
		{ profileId: transfer.survivor, compiled: transfer.compiled, causeIn: () => cause },
		deps,
	);
	const survivor = await deps.profiles.read(transfer.survivor);
	if (!survivor) return written;
	const closed = await Promise.all(transfer.retired.map((retired) => closeRetired(retired, survivor, deps)));
	return [...written, ...closed.flat()];
}
