import type { SourcedEvent } from "#domain/model/event.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Fragment, Profile } from "#domain/model/profile.ts";
import { membersAsOf } from "./as-of-members.ts";
import { foldProfile } from "./fold-profile.ts";
import type { IdentityGraph, IdentityJournal, KnownNode } from "./ports.ts";
import { findPlaces } from "./read-profile.ts";
import { gatherStars, type Identified } from "./star.ts";
import type { TraitView } from "./trait-rules.ts";

/** Events that one look at the past folds at most. */
export const MAX_EVENTS_AS_OF = 10_000;

/** An event as the archive has it, standardised, with the seed id it was folded under. */
export type PastEvent = Identified & { readonly seedId: SeedId };

export type AsOfDeps = {
	readonly graph: Pick<IdentityGraph, "look" | "records">;
	readonly journal: Pick<IdentityJournal, "entries">;
	/** The events of these seed ids that were received until then; undefined where there are more than the limit. */
	readonly eventsOf: (ids: readonly SeedId[], at: string, limit: number) => Promise<readonly PastEvent[] | undefined>;
	/** A fragment of nothing but these events. */
	readonly fold: (id: SeedId, events: readonly SourcedEvent[]) => Fragment;
	/** How traits are chosen and computed, and the moment. */
	readonly view: TraitView;
};

export type ProfileAsOf =
	| { readonly kind: "found"; readonly profile: Profile; readonly members: readonly SeedId[] }
	/** Nothing was known under the id at that time. */
	| { readonly kind: "unknown" }
	| { readonly kind: "too many changes" }
	| { readonly kind: "too many events" };

/**
 * A profile as it was known at a past moment: who it was by the journal, what was known by the archive. The events are
 * folded by the rules as they are now, so a rule that changed since then may show another value than was shown then.
 */
export async function profileAsOf(id: SeedId, at: string, deps: AsOfDeps): Promise<ProfileAsOf> {
	const place = (await findPlaces([id], deps.graph)).get(id);
	if (!place) return { kind: "unknown" };
	const was = await membersAsOf({ id, profileId: place.profileId, at }, deps.journal);
	if (was.kind === "too many changes") return was;

	const events = await deps.eventsOf(was.members, at, MAX_EVENTS_AS_OF);
	if (!events) return { kind: "too many events" };
	if (events.length === 0) return { kind: "unknown" };
	return { kind: "found", profile: foldPast(was.profileId, was.members, { events, deps }), members: was.members };
}

type Past = { readonly events: readonly PastEvent[]; readonly deps: Pick<AsOfDeps, "fold" | "view"> };

function foldPast(profileId: ProfileId, members: readonly SeedId[], { events, deps }: Past): Profile {
	const fragments = [...Map.groupBy(events, ({ seedId }) => seedId)].map(([seedId, all]) =>
		deps.fold(
			seedId,
			all.map(({ event }) => event),
		),
	);
	const profile = foldProfile({ profileId, nodes: nodesIn(events, new Set(members)), fragments, view: deps.view });
	return { ...profile, aliases: members.filter((id) => id !== profileId) };
}

/** The members as these events show them: an identifier that only other people's events carried is an alias alone. */
function nodesIn(events: readonly Identified[], members: ReadonlySet<SeedId>): KnownNode[] {
	const nodes = new Map(gatherStars(events).flatMap((star) => star.nodes.map((node) => [node.id, node] as const)));
	return [...nodes.values()].filter(({ id }) => members.has(id));
}
