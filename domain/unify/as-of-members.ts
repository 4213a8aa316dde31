import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { IdentityJournal, JournalEntry } from "./ports.ts";

/** Entries that are read on the way back at most. */
const MAX_ENTRIES = 2000;
const PAGE = 100;

/** Who an identifier was one person with. */
export type MembersAsOf =
	| { readonly kind: "found"; readonly profileId: ProfileId; readonly members: readonly SeedId[] }
	/** The journal says so much since then that it is not read to its end. */
	| { readonly kind: "too many changes" };

type Asked = {
	readonly id: SeedId;
	/** Where it is now. */
	readonly profileId: ProfileId;
	/** ISO 8601 UTC. */
	readonly at: string;
};

/**
 * The profile an identifier was in at a past moment, by the journal. It walks back from where the identifier is now: each
 * entry of a cluster's journal says which clusters it was before, so where an entry brought the identifier from elsewhere
 * it goes on in that one's journal. An identifier that no entry had named until then was alone.
 */
export async function membersAsOf(asked: Asked, journal: Pick<IdentityJournal, "entries">): Promise<MembersAsOf> {
	let here: Here = { profileId: asked.profileId, before: "~" };
	let left = MAX_ENTRIES;
	while (left > 0) {
		const found = await walkBack(here, asked, { journal, limit: left });
		if (found.kind === "elsewhere") here = found;
		if (found.kind === "known") return { kind: "found", profileId: found.id, members: found.members };
		if (found.kind === "alone") return { kind: "found", profileId: asked.id, members: [asked.id] };
		left -= found.read;
	}
	return { kind: "too many changes" };
}

/** A cluster whose journal is read, of what came before a moment (ISO 8601; `~` comes after all of them). */
type Here = { readonly profileId: ProfileId; readonly before: string };

type Found = { readonly read: number } & (
	| { readonly kind: "known"; readonly id: ProfileId; readonly members: readonly SeedId[] }
	| ({ readonly kind: "elsewhere" } & Here)
	| { readonly kind: "alone" }
	| { readonly kind: "not read" }
);

type Reading = { readonly journal: Pick<IdentityJournal, "entries">; readonly limit: number };

/** Goes back in one journal until it says where the identifier was at the moment, or that it came from another cluster. */
async function walkBack(here: Here, asked: Asked, { journal, limit }: Reading): Promise<Found> {
	let cursor: string | undefined;
	let read = 0;
	do {
		const page = await journal.entries(here.profileId, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
		for (const entry of page.entries) {
			const found = whatSays(entry, here, asked);
			read++;
			if (found) return { ...found, read };
		}
		cursor = page.cursor;
	} while (cursor !== undefined && read < limit);
	return { kind: cursor === undefined ? "alone" : "not read", read: Math.max(read, 1) };
}

/** What an entry says of where the identifier was; undefined when one has to go further back. */
function whatSays(entry: JournalEntry, here: Here, { id, at }: Asked) {
	const now = entry.to.find(({ members }) => members.includes(id));
	if (!now || entry.at >= here.before) return undefined;
	if (entry.at <= at) return { kind: "known", id: now.id, members: now.members } as const;
	const then = entry.from.find(({ members }) => members.includes(id));
	if (!then) return { kind: "alone" } as const;
	return then.id === here.profileId
		? undefined
		: ({ kind: "elsewhere", profileId: then.id, before: entry.at } as const);
}
