import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { CompiledSegment, CompiledSegments } from "./compiled.ts";

/** What should become of a profile's place in a segment; `from` is its row so far, absent when it was never in. */
export type Transition = {
	readonly segmentId: string;
	readonly segmentVersion: number;
	readonly from?: Membership;
	readonly to: Membership["state"];
};

/** What a look at a profile found: what is to be changed now, and when (ms) time alone may change something next. */
export type Found = { readonly transitions: readonly Transition[]; readonly nextChangeAt?: number };

type Situation = { readonly profile: Profile; readonly held: readonly Membership[]; readonly now: number };

/**
 * Where a profile's rows and what its segments say of it now (ms) differ. Segments that are not ready are left as they are,
 * and so are those that only the scheduled run decides (`batch`), and rows judged by a newer version of the segment than
 * the one at hand: this copy of the definitions is old.
 */
export function findTransitions({ profile, held, now }: Situation, compiled: CompiledSegments): Found {
	const rows = new Map(held.map((row) => [row.segmentId, row]));
	const transitions: Transition[] = [];
	let next = Number.POSITIVE_INFINITY;
	for (const segment of compiled.segments) {
		const from = rows.get(segment.id);
		if (!isDecidable(segment, from)) continue;
		const { isMember, nextChangeAt = next } = compiled.look(segment.id, profile, now);
		next = Math.min(next, nextChangeAt);
		const to = isMember ? "entered" : "exited";
		if (to === (from?.state ?? "exited")) continue;
		transitions.push({ segmentId: segment.id, segmentVersion: segment.version, to, ...(from && { from }) });
	}
	return { transitions, ...(Number.isFinite(next) && { nextChangeAt: next }) };
}

const isDecidable = ({ isReady, version, class: pace }: CompiledSegment, row: Membership | undefined): boolean =>
	isReady && pace.kind !== "batch" && (row === undefined || row.segmentVersion <= version);

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
