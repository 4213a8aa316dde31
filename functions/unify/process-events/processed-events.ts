import type { EventsProcessed } from "#contracts/bus/events-processed.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Profile } from "#domain/model/profile.ts";
import { compileWhere } from "#domain/rules/event-conditions.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import type { Context } from "./context.ts";
import type { Placed, Segmented } from "./work.ts";

/** More than this in one event, and its profile's traits are left out: nobody may keep an entry from the bus by filling his own. */
const MAX_BYTES = 200_000;

type Asks = (event: CollectedEvent) => boolean;

/** An event that a destination asks for, with the profile as it stands now, right after the batch. */
export type Processed = Segmented & { readonly says: EventsProcessed["events"][number] };

/** The events among a batch that a destination asks for. What was imported for the record is asked for by nobody. */
export async function processedEvents(events: readonly Segmented[], context: Context): Promise<Processed[]> {
	const asks = askedFor(context.workspace.destinations);
	const asked = events.filter(({ event }) => !event.flags?.includes("historical") && asks(event));
	const ids = new Set(asked.flatMap(({ profile, place }) => (profile ? [] : [place.profileId])));
	const { identities: graph, fragments, memory, view } = context;
	const deps = { graph, fragments, memory, view };
	const profiles = new Map(await Promise.all([...ids].map(async (id) => [id, await readProfile(id, deps)] as const)));
	return asked.flatMap((one) => {
		const profile = one.profile ?? profiles.get(one.place.profileId);
		return profile ? [{ ...one, says: sayingOf(one, profile) }] : [];
	});
}

/** Whether any subscription of a destination that is on asks for an event. */
function askedFor(destinations: readonly Destination[]): Asks {
	const triggers = destinations
		.filter(({ enabled }) => enabled)
		.flatMap(({ subscriptions }) => subscriptions.flatMap(({ on }) => ("event" in on ? [on] : [])));
	const byName = new Map<string, Asks[]>();
	for (const on of triggers) byName.set(on.event, [...(byName.get(on.event) ?? []), compileWhere(on)]);
	return (event) =>
		event.type === "track" && event.event !== undefined && (byName.get(event.event) ?? []).some((asks) => asks(event));
}

function sayingOf({ event: sourced }: Placed, profile: Profile): Processed["says"] {
	const event = Object.fromEntries(Object.entries(sourced).filter(([field]) => field !== "source")); // the entry has it
	const traits = Object.entries(profile.traits).filter(([, { value }]) => value !== null);
	const says = {
		// z.json() is the mutable twin of our readonly Json
		event: event as Processed["says"]["event"],
		profileId: profile.profileId,
		traits: Object.fromEntries(traits.map(([name, { value }]) => [name, value])) as Processed["says"]["traits"],
		identifiers: profile.identifiers.map(({ namespace, value }) => ({ namespace, value })),
	};
	return Buffer.byteLength(JSON.stringify(says)) > MAX_BYTES ? { ...says, traits: {} } : says;
}
