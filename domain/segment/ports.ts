import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { SegmentVolumeChanged } from "#contracts/bus/segment-volume-changed.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Fragment, Profile } from "#domain/model/profile.ts";

/** A member as the list of a segment shows it. */
export type Member = { readonly profileId: ProfileId; readonly enteredAt: string; readonly version: number };

/** What is kept of a profile and its segments: its rows, and when (ms) somebody looks at it again because of the time. */
export type Held = { readonly rows: readonly Membership[]; readonly nextLookAt?: number };

/** Who is in which segment, and ever was. */
export interface Memberships {
	/** A profile's row in every segment it was ever in; those it exited too. */
	of(profileId: ProfileId): Promise<readonly Membership[]>;
	/** The same with the moment of its next look, as one reading. */
	held(profileId: ProfileId): Promise<Held>;
	/**
	 * Has the profile looked at as soon as the moment (ms) has come. First the look is written down and then that it is the
	 * next one, so a `nextLookAt` that is still to come may be relied on. Looks planned before stay: one too many is in vain.
	 */
	planLook(profileId: ProfileId, at: number): Promise<void>;
	/**
	 * Writes the next version of a row, keeps the list of members in step, and puts the news on the bus, all or nothing;
	 * without news it is silent. Refused when the row is not at the version before any more: then nothing was written.
	 */
	change(next: Membership, news?: SegmentChanged): Promise<"written" | "refused">;
	/** The members of a segment, each once, by the last digit of their ids and then by their ids; `cursor` is there while there may be more. */
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

/** A profile that is to be looked at because time alone may change one of its segments then. */
export type DueLook = {
	readonly profileId: ProfileId;
	/** When, ms since 1970. */
	readonly at: number;
	/** How often it was tried and failed. */
	readonly tries: number;
	/** When it was written down (ms): one that was planned anew meanwhile is another one. */
	readonly plannedAt: number;
};

/** How far the looks are. */
export type TickProgress = {
	/** Grows with every write: the condition of the next. */
	readonly version: number;
	/** The hour (since 1970) to begin with: before it there is nothing left, and nobody writes there any more. */
	readonly from: number;
	/** Everybody who was due until this moment has been looked at, ISO 8601 UTC; absent until that was so once. */
	readonly lookedUpTo?: string;
};

/** The looks that are due, by hours. What is planned is planned by `Memberships.planLook`. */
export interface DueLooks {
	/** The looks of an hour (since 1970) that are due by a moment (ms); while they are read some may go. */
	inHour(hour: number, dueBy: number): AsyncIterable<DueLook>;
	/** It was taken, and goes, unless it was planned anew meanwhile. */
	taken(look: DueLook): Promise<void>;
	/** It failed: it goes to another moment (ms), with one try more. */
	putOff(look: DueLook, at: number): Promise<void>;
	progress(): Promise<TickProgress | undefined>;
	/** Takes the place of the version before; refused when another did so first. */
	saveProgress(progress: TickProgress): Promise<"saved" | "refused">;
}

/** The counts of profiles, each in the fragment of one identifier. */
export interface Fragments {
	/** The fragments that were ever written, in no order. */
	load(ids: readonly SeedId[]): Promise<readonly Fragment[]>;
	/** `before` is the fragment as it was read, the version before this. Refused when it is not the stored one any more. */
	save(fragment: Fragment, before: Fragment): Promise<"saved" | "refused">;
}

/** How far a recompute is. It goes through all people in the order of their ids, so that it can stop and go on. */
export type RecomputeRun = {
	/** Grows with every write: the condition of the next. */
	readonly version: number;
	/** When it began, ISO 8601 UTC. */
	readonly startedAt: string;
	/**
	 * The past is filled in, then everybody is judged, then the segments are that only SQL decides, then all are measured; then it
	 * is over.
	 */
	readonly phase: "fill" | "judge" | "batch" | "measure" | "over";
	/** The last person, or segment, of the phase that is done. */
	readonly after?: string;
	/** The versions of segments it covers. */
	readonly covers: { readonly [segmentId: string]: number };
	/** The uploads of lists that were in force when it began. */
	readonly lists: { readonly [list: string]: number };
	/** The lists that had another upload in force than at the run before. */
	readonly relisted: readonly string[];
	/** Nobody else takes part until then, ISO 8601 UTC; whoever stops early gives it back. */
	readonly leasedUntil: string;
	/** Why it did not get on the last time: the error's name, and when. Gone as soon as it does. */
	readonly failed?: { readonly at: string; readonly error: string };
};

/** What an alarm on a segment's volume may say for as long as it is so. */
export type VolumeStanding = "above" | "below";

/** What the last recompute that covered a segment found. */
export type SegmentState = {
	/** The version of the definition it covered. */
	readonly version: number;
	/** Members at that time. */
	readonly size: number;
	/** When it began, ISO 8601 UTC: how fresh the memberships are that no event has looked at since. */
	readonly recomputedAt: string;
	/** When the members were counted, ISO 8601 UTC. */
	readonly measuredAt: string;
	/** What the alarm on its volume says. */
	readonly standing: readonly VolumeStanding[];
	/** What the nightly comparison with the archive found last: how many memberships were not as they should be. */
	readonly reconciled?: { readonly at: string; readonly repaired: number };
};

/** How large a segment was. */
export type MeasuredSize = { readonly at: string; readonly size: number; readonly version: number };

/** Where recomputes write down how far they are and what they found. */
export interface Recomputes {
	run(): Promise<RecomputeRun | undefined>;
	/** Takes the place of the version before; refused when another did so first. */
	saveRun(run: RecomputeRun): Promise<"saved" | "refused">;
	states(segmentIds: readonly string[]): Promise<ReadonlyMap<string, SegmentState>>;
	/** Keeps what was found, the size in the segment's history too, and tells the news, all or nothing. */
	saveState(segmentId: string, state: Omit<SegmentState, "reconciled">, news?: SegmentVolumeChanged): Promise<void>;
	/** Of a segment that has a state. */
	saveReconciled(segmentId: string, reconciled: NonNullable<SegmentState["reconciled"]>): Promise<void>;
	forgetState(segmentId: string): Promise<void>;
	/** How large a segment was, the latest first; for 400 days. */
	sizes(segmentId: string, limit: number): Promise<readonly MeasuredSize[]>;
	/** Says of counts that what came before them is filled in: of those that still began at the same moment. */
	markFilled(measures: readonly { readonly meaning: string; readonly since: string }[]): Promise<void>;
}

/** When the pass decided segments last, and how long before (seconds) the event came that had waited longest. */
export type PassBeat = { readonly at: string; readonly lagSeconds: number };

/** What the pass writes down now and then, so that it can be said how fresh segments are. */
export interface PassBeats {
	beat(beat: PassBeat): Promise<void>;
	last(): Promise<PassBeat | undefined>;
}

/** How far the comparison with the archive is, and what it found so far. */
export type ReconcileRun = {
	/** Grows with every write: the condition of the next. */
	readonly version: number;
	/** When it began, ISO 8601 UTC. */
	readonly startedAt: string;
	/** It is about what was received before this, ISO 8601 UTC: the beginning of an hour. */
	readonly before: string;
	/** First what is kept of events is compared, then who is in which segment; then it is over. */
	readonly phase: "fragments" | "segments" | "over";
	/** The last identifier that is done. */
	readonly after?: string;
	/** Fragments that were not what their events make of them, and were made anew. */
	readonly rebuilt: number;
	/** Memberships that were put right, by segment. */
	readonly repaired: { readonly [segmentId: string]: number };
	/** Nobody else takes part until then, ISO 8601 UTC; whoever stops early gives it back. */
	readonly leasedUntil: string;
};

/** Where comparisons with the archive write down how far they are. */
export interface Reconciles {
	run(): Promise<ReconcileRun | undefined>;
	/** Takes the place of the version before; refused when another did so first. */
	saveRun(run: ReconcileRun): Promise<"saved" | "refused">;
	/** Somebody wants one that begins later than this (ISO 8601 UTC). */
	ask(at: string): Promise<void>;
	/** When somebody asked last. */
	askedAt(): Promise<string | undefined>;
}
