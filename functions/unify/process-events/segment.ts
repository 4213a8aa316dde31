import type { ProfileId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { MembershipCause } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import { LIST_SOURCE } from "#domain/rules/measures/measure-spec.ts";
import type { CompiledSegments } from "#domain/segment/compiled.ts";
import { type Touched, type UpdateDeps, updateMemberships } from "#domain/segment/update-memberships.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import { isUnsettled, waitingWith } from "#domain/unify/unsettled.ts";
import { describeError } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";
import { failing, type Placed, type Segmented, type Work } from "./work.ts";

/**
 * Decides anew which segments the profiles are in that the batch may have moved: each profile once, however many of its
 * events came. Whether an event may move its profile is a matter of what it says, not of whether it was folded in just now:
 * so a batch that comes again after a crash decides again.
 */
export async function segment(work: Work<Placed>, context: Context): Promise<Work<Segmented>> {
	const { compiled, log } = context;
	if (compiled.segments.length === 0) return work;
	const byProfile = Map.groupBy(work.events, ({ place }) => place.profileId);
	const moved = [...byProfile].filter(([, events]) => events.some((event) => mayMove(event, context)));
	const failed = new Set<ProfileId>();
	const profiles = new Map<ProfileId, Profile | undefined>();
	await inParallel(moved, async ([profileId, events]) => {
		try {
			profiles.set(profileId, await bringInLine(profileId, events, context));
		} catch (error) {
			failed.add(profileId);
			log.error("the segments of a profile could not be decided", { profileId, ...describeError(error) });
		}
	});
	await context.beat(work.events);
	const done = failing(work, ({ place }) => failed.has(place.profileId));
	return {
		...done,
		events: done.events.map((event) => ({ ...event, ...decided(profiles.get(event.place.profileId)) })),
	};
}

const decided = (profile: Profile | undefined) => profile && { profile };

/** Only measures and traits are looked at by conditions, and who becomes known with this event is in those that ask for nothing. */
const mayMove = (placed: Placed, { compiled }: Context): boolean =>
	placed.isNew ||
	placed.told.some(isUnsettled) ||
	placed.additions.some(({ measure: { key } }) => compiled.measures.has(key)) ||
	traitsSaidIn(placed).some((trait) => compiled.traits.has(trait));

const traitsSaidIn = ({ event }: Placed): readonly string[] =>
	event.type === "identify" ? Object.keys(event.traits ?? {}) : [];

/**
 * The profile's memberships, and those of the profiles that became one with it or split from it and still wait for it.
 * Answers the profile as it stood at the last look.
 */
async function bringInLine(profileId: ProfileId, events: readonly Placed[], context: Context) {
	const { compiled, identities, fragments, memory, view, memberships, now, pause } = context;
	let profile: Profile | undefined;
	const read = async (id: ProfileId) => {
		profile = await readProfile(id, { graph: identities, fragments, memory, view });
		return profile;
	};
	const deps: UpdateDeps = { memberships, profiles: { read }, now, pause };
	const touched = touchedBy(events);
	await updateMemberships({ profileId, compiled, causeIn: causeOf(events, compiled), touched }, deps);
	const decided = profile;
	await settle(profileId, events, { deps, context });
	return decided;
}

type Settling = { readonly deps: UpdateDeps; readonly context: Context };

/** Brings all others in line that changed with the events. */
async function settle(profileId: ProfileId, events: readonly Placed[], { deps, context }: Settling): Promise<void> {
	const records = events.flatMap(({ told }) => told.filter(isUnsettled));
	if (records.length === 0) return;
	const { compiled, identities: graph, workspace, now, pause } = context;
	const each = [...new Map(records.map((record) => [record.id, record])).values()];
	const waiting = await waitingWith(each, { graph, rules: workspace.identity, now, pause });
	const messageId = events.at(-1)?.event.messageId;
	const causeIn = (): MembershipCause => ({ kind: "merge", ...(messageId !== undefined && { messageId }) });
	const update = async (other: ProfileId): Promise<void> => {
		await updateMemberships({ profileId: other, compiled, causeIn }, deps);
	};
	await inParallel(
		waiting.live.filter((id) => id !== profileId),
		update,
	);
	await inParallel(waiting.retired, update);
	await inParallel(waiting.records, (one) => graph.settle(one));
}

/** What these events are of account to: the conditions that look at it are named before others as what tipped a segment. */
const touchedBy = (events: readonly Placed[]): Touched => ({
	measures: [...new Set(events.flatMap(({ additions }) => additions.map(({ measure }) => measure.key)))],
	traits: [...new Set(events.flatMap(traitsSaidIn))],
});

/** A change in a segment is put down to the last event that one of its conditions looks at. */
function causeOf(events: readonly Placed[], { segments }: CompiledSegments): (segmentId: string) => MembershipCause {
	const looks = new Map(segments.map((segment) => [segment.id, segment]));
	const inTime = events.toSorted((x, y) => (x.event.timestamp < y.event.timestamp ? -1 : 1));
	return (segmentId) => {
		const { measures = [], traits } = looks.get(segmentId) ?? {};
		const last =
			inTime.findLast(
				(placed) =>
					placed.additions.some(({ measure }) => measures.includes(measure.key)) ||
					traitsSaidIn(placed).some((trait) => traits?.has(trait)),
			) ?? inTime.at(-1);
		if (!last) return { kind: "event" };
		return { kind: last.event.source === LIST_SOURCE ? "list" : "event", messageId: last.event.messageId };
	};
}
