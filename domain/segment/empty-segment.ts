import type { Membership } from "#domain/model/membership.ts";
import type { Memberships, Profiles } from "./ports.ts";
import { newsOf } from "./transition.ts";

type EmptyDeps = { readonly memberships: Memberships; readonly profiles: Profiles; readonly now: () => Date };

/** How many members are let go before it looks whether it should stop. */
const PAGE = 100;

/**
 * Lets the members of a segment go that was removed, each with its exit, cause `edit`. Answers whether none is left; it
 * stops early when `mustStop` says so, and goes on when it is run again. A row that others change meanwhile is left to
 * the next round.
 */
export async function emptySegment(segmentId: string, deps: EmptyDeps, mustStop: () => boolean): Promise<boolean> {
	while (!mustStop()) {
		const { members } = await deps.memberships.membersOf(segmentId, { limit: PAGE });
		if (members.length === 0) return true;
		for (const { profileId } of members) {
			const rows = await deps.memberships.of(profileId);
			const row = rows.find((each) => each.segmentId === segmentId);
			if (row?.state === "entered") await exit(row, deps);
		}
	}
	return false;
}

async function exit(row: Membership, { memberships, profiles, now }: EmptyDeps): Promise<void> {
	const { profileId, segmentId, segmentVersion } = row;
	const next: Membership = {
		profileId,
		segmentId,
		segmentVersion,
		state: "exited",
		version: row.version + 1,
		at: now().toISOString(),
		cause: { kind: "edit" },
	};
	await memberships.change(next, newsOf(next, await profiles.read(profileId)));
}
