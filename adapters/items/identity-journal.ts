import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Statement, Verdict } from "#domain/unify/evidence.ts";
import { journalIdOf, readJournalId } from "#domain/unify/journal-id.ts";
import type { ChangeCause, IdentityChange, IdentityJournal, JournalEntry } from "#domain/unify/ports.ts";
import type { Item, ItemKey, ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

type Members = { readonly id: ProfileId; readonly members: readonly SeedId[] };

/** An entry, in the journal of the one cluster that tells of the change. */
type EntryItem = Item & {
	readonly at: string;
	readonly cause: ChangeCause;
	readonly edges: readonly {
		readonly a: SeedId;
		readonly b: SeedId;
		readonly first: string;
		readonly verdict?: Statement<Verdict>;
	}[];
	readonly from: readonly Members[];
	readonly to: readonly Members[];
};

/** In the other clusters that came out of the change: which entry it is. A change of 500 identifiers is written once. */
type PointerItem = Item & { readonly entry: string };

/** What each structural change, and each decision of a person, leaves in the journals of the clusters that came out of it. */
export function journalWrites({ journal, structure, cause, at, edges }: IdentityChange): Write[] {
	if (!journal) return [];
	const { from = [], to = [] } = structure ?? {};
	const membersOf = ({ id, members }: Members): Members => ({ id, members });
	const entry: EntryItem = {
		...keys.journal(journal.id, journal.version),
		at,
		cause,
		edges: edges.map(({ a, b, firstSeen, verdict }) => ({ a, b, first: firstSeen, ...(verdict && { verdict }) })),
		from: from.map(membersOf),
		to: to.map(membersOf),
	};
	const others = to.filter(({ id }) => id !== journal.id);
	return [
		{ kind: "put", item: entry },
		...others.map(({ id, version }): Write => {
			const pointer: PointerItem = { ...keys.journal(id, version), entry: journalIdOf(journal) };
			return { kind: "put", item: pointer };
		}),
	];
}

/** The journal of identities in the item store. */
export function itemIdentityJournal({ items }: { readonly items: ItemStore }): IdentityJournal {
	return {
		async entries(profileId, { limit = 100, cursor } = {}) {
			const { pk } = keys.cluster(profileId);
			const page = await items.query({
				pk,
				prefix: "J#",
				reverse: true,
				limit,
				...(cursor !== undefined && { cursor }),
			});
			const at = page.items.map((item) => (isPointer(item) ? keyOf(item.entry) : item) ?? item);
			const elsewhere = page.items.flatMap((item) => (isPointer(item) ? (keyOf(item.entry) ?? []) : []));
			const told = new Map(
				[...page.items, ...(elsewhere.length > 0 ? await items.batchGet(elsewhere) : [])].map((item) => [
					nameOf(item),
					item,
				]),
			);
			const found = at.flatMap((key) => told.get(nameOf(key)) ?? []);
			return {
				entries: found.filter((item) => !isPointer(item)).map((item) => entryOf(item as EntryItem)),
				...(page.cursor !== undefined && { cursor: page.cursor }),
			};
		},
		async entry(journalId) {
			const key = keyOf(journalId);
			const item = key && (await items.get(key));
			if (!item) return undefined;
			return isPointer(item) ? undefined : entryOf(item as EntryItem);
		},
	};
}

const isPointer = (item: Item): item is PointerItem => item.entry !== undefined;

const nameOf = ({ pk, sk }: ItemKey): string => `${pk} ${sk}`;

function keyOf(journalId: string): ItemKey | undefined {
	const named = readJournalId(journalId);
	return named && keys.journal(named.id, named.version);
}

function entryOf({ pk, sk, at, cause, edges, from, to }: EntryItem): JournalEntry {
	const id = pk.slice("C#".length) as ProfileId; // the key of a journal is made of one
	return {
		journalId: journalIdOf({ id, version: Number(sk.slice("J#".length)) }),
		at,
		cause,
		edges: edges.map(({ first: firstSeen, ...edge }) => ({ ...edge, firstSeen })),
		from,
		to,
	};
}
