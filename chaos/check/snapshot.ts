import { archivedEvent } from "#adapters/aws/athena/archived-event.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { repositoriesOver } from "#local/stores.ts";
import type { Backing } from "../backing.ts";
import { RULES_OF_IDENTITY } from "../workspace.ts";
import type { World } from "../world.ts";
import { isoTime } from "./iso-time.ts";

/** A person as a world has him at the end. */
export type KeptPerson = {
	readonly profile: Profile;
	/** Every row he ever had in a segment. */
	readonly memberships: readonly Membership[];
};

/** What a world has come to: read straight from what is kept, without faults. */
export type Snapshot = {
	/** Rows of the archive by messageId, in the order they were written: more than one where it is there twice. */
	readonly rows: ReadonlyMap<string, readonly ArchiveRow[]>;
	/** Each archived event once, as the view over the archive shows it. */
	readonly events: readonly SourcedEvent[];
	readonly people: ReadonlyMap<ProfileId, KeptPerson>;
	/** Rows in segments of profiles that were merged into others. */
	readonly retired: readonly Membership[];
	/** Every profile that ever became a part of another. */
	readonly mergedAway: ReadonlySet<string>;
};

/** Where everything is kept. */
export type Kept = Pick<World, "vault"> & { readonly backing: Pick<Backing, "time" | "items" | "rows" | "mergedAway"> };

/** Reads everything there is of a world whose story has been told to its end. */
export async function snapshotOf(world: Kept): Promise<Snapshot> {
	const rows = Map.groupBy(await world.backing.rows(), ({ message_id }) => message_id ?? "");
	const events = [...rows.values()].flatMap((copies) => firstReceived(copies).map(eventOf));
	return {
		rows,
		events,
		mergedAway: await world.backing.mergedAway(),
		...(await peopleIn(world, idsIn(world, events))),
	};
}

const TIMES = ["timestamp", "original_timestamp", "sent_at", "received_at"] as const;

/** The copy that the view shows: the first received of those that went on. */
function firstReceived(copies: readonly ArchiveRow[]): ArchiveRow[] {
	const placeOf = (row: ArchiveRow) => `${row.quarantined === null ? 0 : 1} ${isoTime(row.received_at)}`;
	return copies.toSorted((x, y) => (placeOf(x) < placeOf(y) ? -1 : 1)).slice(0, 1);
}

function eventOf(row: ArchiveRow): SourcedEvent {
	const times = Object.fromEntries(TIMES.map((column) => [column, isoTime(row[column])]));
	return archivedEvent({ ...row, ...times });
}

/** Every seed id that an archived event could have made known, and that a refused one would have. */
function idsIn({ vault }: Kept, events: readonly SourcedEvent[]): ReadonlySet<SeedId> {
	const identifying = { rules: RULES_OF_IDENTITY, vault, phones: phoneNumbers() };
	return new Set(events.flatMap((event) => identifiersOf(event, identifying).identifiers.map(({ id }) => id)));
}

async function peopleIn({ backing, vault }: Kept, ids: ReadonlySet<SeedId>) {
	const now = () => new Date(backing.time.now());
	const { identities: graph, fragments, memberships, definitions } = repositoriesOver({ ...backing, vault, now });
	const { read } = profileReader({ graph, fragments, view: traitView({ definitions, hash: sha256, now }) });
	const people = new Map<ProfileId, KeptPerson>();
	const retired: Membership[] = [];
	for (const id of ids) {
		const profile = await read(id);
		if (!profile) continue;
		if (!people.has(profile.profileId)) {
			people.set(profile.profileId, { profile, memberships: await memberships.of(profile.profileId) });
		}
		if (id !== profile.profileId) retired.push(...(await memberships.of(id)));
	}
	return { people, retired };
}
