import { inParallel } from "#domain/model/in-parallel.ts";
import type { Membership, MembershipCause } from "#domain/model/membership.ts";
import { type CompareDeps, compareMembers, type Difference } from "./compare-members.ts";
import type { CompiledSegment } from "./compiled.ts";
import { inGroups } from "./in-groups.ts";
import type { InForce } from "./plan-recompute.ts";
import type { Memberships, Profiles } from "./ports.ts";
import { newsOf } from "./transition.ts";

type JudgeDeps = CompareDeps & {
	readonly memberships: Memberships;
	readonly profiles: Profiles;
	readonly inForce: InForce;
};

const AT_A_TIME = 256;

/**
 * Brings the members of a segment that only SQL decides in line with what it says, and answers how many entered or exited.
 * Whoever became another person meanwhile is left to the next run, and so is a row that others change.
 */
export async function judgeBySql(segment: CompiledSegment, cause: MembershipCause, deps: JudgeDeps): Promise<number> {
	let written = 0;
	for await (const some of inGroups(compareMembers([segment], deps.inForce.workspace, deps), AT_A_TIME)) {
		await inParallel(some, async (difference) => {
			if (await isSet(segment, difference, { ...deps, cause })) written++;
		});
	}
	return written;
}

async function isSet(
	{ id: segmentId, version: segmentVersion }: CompiledSegment,
	{ profileId, bySql }: Difference,
	{ memberships, profiles, now, cause }: JudgeDeps & { readonly cause: MembershipCause },
): Promise<boolean> {
	const row = (await memberships.of(profileId)).find((each) => each.segmentId === segmentId);
	const profile = await profiles.read(profileId);
	const state = bySql.length > 0 ? "entered" : "exited";
	if (profile?.profileId !== profileId || (row?.state ?? "exited") === state) return false;
	if (row && row.segmentVersion > segmentVersion) return false;
	const version = (row?.version ?? 0) + 1;
	const next: Membership = { profileId, segmentId, state, version, at: now().toISOString(), segmentVersion, cause };
	return (await memberships.change(next, newsOf(next, profile))) === "written";
}
