import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { Memberships } from "./ports.ts";
import { newsOf } from "./transition.ts";

const TRIES = 5;

type CloseDeps = {
	readonly memberships: Memberships;
	readonly now: () => Date;
	readonly pause: (attempt: number) => Promise<void>;
};

/**
 * Ends what a retired profile was in, and answers the rows it wrote. Where the survivor is a member too it is done
 * silently, for `ProfilesMerged` tells that the one is now the other; elsewhere `SegmentExited` says it for the retired
 * one. The rows stay, so that an un-merge goes on with their versions. Safe to run twice: what is closed stays closed.
 */
export async function closeRetired(
	retired: ProfileId,
	survivor: Profile,
	{ memberships, now, pause }: CloseDeps,
): Promise<readonly Membership[]> {
	const written: Membership[] = [];
	for (let refusals = 0; refusals < TRIES; ) {
		const open = (await memberships.of(retired)).filter(({ state }) => state === "entered");
		if (open.length === 0) return written;
		const shared = new Set(await segmentsOf(survivor.profileId, memberships));

		const done = await Promise.all(
			open.map(async (row) => {
				const next = closed(row, now());
				const news = shared.has(row.segmentId) ? undefined : newsOf(next, survivor);
				return (await memberships.change(next, news)) === "written" ? next : undefined;
			}),
		);
		written.push(...done.flatMap((row) => (row ? [row] : [])));
		if (done.includes(undefined)) await pause(++refusals);
	}
	throw new Error(`memberships of retired profile ${retired} were changed by others ${TRIES} times in a row`);
}

const closed = ({ profileId, segmentId, segmentVersion, version }: Membership, now: Date): Membership => ({
	profileId,
	segmentId,
	segmentVersion,
	state: "exited",
	version: version + 1,
	at: now.toISOString(),
	cause: { kind: "merge" },
});

const segmentsOf = async (profileId: ProfileId, memberships: Memberships): Promise<string[]> =>
	(await memberships.of(profileId)).filter(({ state }) => state === "entered").map(({ segmentId }) => segmentId);
