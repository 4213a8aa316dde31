import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { CompiledSegments } from "./compile-segments.ts";

/** What should become of a profile's place in a segment; `from` is its row so far, absent when it was never in. */
export type Transition = {
	readonly segmentId: string;
	readonly segmentVersion: number;
	readonly from?: Membership;
	readonly to: Membership["state"];
};

/**
 * Where a profile's rows and what its segments say of it now differ. Segments that are not ready are left as they are,
 * and so are rows judged by a newer version of the segment than the one at hand: this copy of the definitions is old.
 */
export function findTransitions(
	profile: Profile,
	held: readonly Membership[],
	compiled: CompiledSegments,
): Transition[] {
	const rows = new Map(held.map((row) => [row.segmentId, row]));
	return compiled.segments.flatMap(({ id, version, isReady }) => {
		const from = rows.get(id);
		if (!isReady || (from && from.segmentVersion > version)) return [];
		const to = compiled.evaluate(id, profile) ? "entered" : "exited";
		if (to === (from?.state ?? "exited")) return [];
		return [{ segmentId: id, segmentVersion: version, to, ...(from && { from }) }];
	});
}

/** The news of a transition. What is known of the person goes along, for destinations that must say who. */
export function newsOf(next: Membership, profile: Profile | undefined): SegmentChanged {
	return {
		version: 1,
		transitionId: `${next.profileId}:${next.segmentId}:${next.version}`,
		profileId: next.profileId,
		segmentId: next.segmentId,
		segmentVersion: next.segmentVersion,
		membershipVersion: next.version,
		at: next.at,
		cause: { ...next.cause },
		traits: knownTraits(profile),
		identifiers: profile?.identifiers.map(({ namespace, value }) => ({ namespace, value })) ?? [],
	};
}

/** Traits by name; those that were unset are not there. */
function knownTraits(profile: Profile | undefined): SegmentChanged["traits"] {
	const traits = Object.entries(profile?.traits ?? {}).filter(([, { value }]) => value !== null);
	// z.json() is the mutable twin of our readonly Json
	return Object.fromEntries(traits.map(([name, { value }]) => [name, value])) as SegmentChanged["traits"];
}
