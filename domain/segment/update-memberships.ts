import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership, MembershipCause } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import { closeRetired } from "./close-retired.ts";
import type { CompiledSegments } from "./compiled.ts";
import { planNextLook } from "./plan-look.ts";
import type { Held, Memberships, Profiles } from "./ports.ts";
import { findTransitions, newsOf, type Transition } from "./transition.ts";

/** How often a refused write is decided again before the whole is left to a later try. */
const TRIES = 5;

export type UpdateDeps = {
	readonly memberships: Memberships;
	readonly profiles: Profiles;
	readonly now: () => Date;
	/** Waits a little before try `attempt` (1, 2 …), a random while, so that two writers do not meet again. */
	readonly pause: (attempt: number) => Promise<void>;
};

/** The measures (keys) and traits (names) that changed, which are to be named before others as what tipped a segment. */
export type Touched = { readonly measures: readonly string[]; readonly traits: readonly string[] };

export type Update = {
	readonly profileId: ProfileId;
	readonly compiled: CompiledSegments;
	/** What to write down as the cause of a change in this segment. */
	readonly causeIn: (segmentId: string) => MembershipCause;
	/** @default nothing in particular */
	readonly touched?: Touched;
};

const NOTHING: Touched = { measures: [], traits: [] };

/**
 * Brings a profile's memberships in line with what its segments say of it, has it looked at again when time alone may
 * change that, and answers the rows it wrote.
 *
 * Rows are read before the profile and written only if they are still at the version that was read, so a decision on an
 * older profile cannot overwrite one on a newer. After writing it looks again until there is nothing to do: whoever saw
 * an older profile and came first would else have the last word. Safe to run twice, and from many places at once: each
 * transition happens once, and the last look at a profile sees its last change. If the profile is retired, its survivor is
 * brought in line and then its own rows are closed, in this order: somebody who is in a segment before a merge and after
 * it is never told to have left. So after a merge one brings each retired profile in line.
 *
 * Throws when others were quicker five times: a retry will cure it.
 */
export async function updateMemberships(update: Update, deps: UpdateDeps): Promise<readonly Membership[]> {
	const written: Membership[] = [];
	let known: Held | undefined;
	for (let refusals = 0; refusals < TRIES; ) {
		const held: Held = known ?? (await deps.memberships.held(update.profileId));
		const { kind, rows } = await look(held, update, deps);
		written.push(...rows);
		if (kind === "done") return written;
		known = kind === "changed" ? withRows(held, rows) : undefined;
		if (!known) await deps.pause(++refusals);
	}
	throw new Error(`memberships of profile ${update.profileId} were changed by others ${TRIES} times in a row`);
}

/**
 * `changed`: all that was to be written was; what others write from now on they look after themselves. `again`: others were
 * there before, or the moment of the next look may be over.
 */
type Looked = { readonly kind: "done" | "changed" | "again"; readonly rows: readonly Membership[] };

/** One look at the profile, whose rows are known. */
async function look({ rows, nextLookAt }: Held, update: Update, deps: UpdateDeps): Promise<Looked> {
	const profile = await deps.profiles.read(update.profileId);
	if (!profile) return { kind: "done", rows: [] };
	const { profileId } = profile;
	if (profileId !== update.profileId) return { kind: "done", rows: await followSurvivor(profile, update, deps) };

	const now = deps.now().getTime();
	const { transitions, nextChangeAt } = findTransitions({ profile, held: rows, now }, update.compiled);
	if (transitions.length === 0) {
		const planned = await planNextLook({ profileId, nextChangeAt, nextLookAt, now }, deps);
		return { kind: planned === "in time" ? "done" : "again", rows: [] };
	}
	const done = await Promise.all(transitions.map((transition) => write(transition, { profile, now, update, deps })));
	const written = done.filter((row) => row !== undefined);
	return { kind: written.length === done.length ? "changed" : "again", rows: written };
}

const withRows = (held: Held, newer: readonly Membership[]): Held => ({
	...held,
	rows: [...new Map([...held.rows, ...newer].map((row) => [row.segmentId, row])).values()],
});

async function followSurvivor(survivor: Profile, update: Update, deps: UpdateDeps): Promise<readonly Membership[]> {
	const written = await updateMemberships({ ...update, profileId: survivor.profileId }, deps);
	return [...written, ...(await closeRetired(update.profileId, survivor, deps))];
}

type Surroundings = {
	readonly profile: Profile;
	/** The moment of the look, ms. */
	readonly now: number;
	readonly update: Update;
	readonly deps: UpdateDeps;
};

async function write(transition: Transition, around: Surroundings): Promise<Membership | undefined> {
	const { profile, now, update, deps } = around;
	const { segmentId, segmentVersion, from, to } = transition;
	const path = update.compiled.reasonFor(segmentId, profile, now, update.touched ?? NOTHING);
	const next: Membership = {
		profileId: update.profileId,
		segmentId,
		state: to,
		version: (from?.version ?? 0) + 1,
		at: new Date(now).toISOString(),
		segmentVersion,
		cause: { ...update.causeIn(segmentId), ...(path && { leaf: path.join(".") }) },
	};
	return (await deps.memberships.change(next, newsOf(next, profile))) === "written" ? next : undefined;
}
