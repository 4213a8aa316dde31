import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { ChangeCause, IdentityGraph, IdentityJournal, JournalEntry } from "./ports.ts";
import { findPlaces } from "./read-profile.ts";

/** Entries of one journal that are read at most. */
const MAX_ENTRIES = 1000;

/**
 * All entries of the change that one of them tells of, in the order of their times: an event with many identifiers, and
 * whatever is more than one transaction takes, leaves several. They stand in the journals of the clusters they name.
 */
export async function wholeChange(
	entry: JournalEntry,
	{ journal, graph }: WholeDeps,
): Promise<readonly JournalEntry[]> {
	const found = new Map([[entry.journalId, entry]]);
	const asked = new Set<ProfileId>();
	for (let next = [...clustersIn([entry]), ...(await undoneBy(entry, { journal, graph }))]; next.length > 0; ) {
		for (const id of next) asked.add(id);
		const read = (await Promise.all(next.map((id) => entriesOf(id, journal)))).flat();
		const others = read.filter((one) => isSame(one.cause, entry.cause) && !found.has(one.journalId));
		for (const one of others) found.set(one.journalId, one);
		next = clustersIn(others).filter((id) => !asked.has(id));
	}
	return [...found.values()].toSorted((x, y) => (x.at < y.at ? -1 : 1));
}

type WholeDeps = { readonly journal: IdentityJournal; readonly graph: Pick<IdentityGraph, "look" | "records"> };

/** Where those are now whom an undoing was about: what was said of pairs that were apart already stands there alone. */
async function undoneBy({ cause }: JournalEntry, deps: WholeDeps): Promise<ProfileId[]> {
	const undone = cause.kind === "decision" && cause.undoes ? await deps.journal.entry(cause.undoes) : undefined;
	if (!undone) return [];
	const { is } = movesIn(await wholeChange(undone, deps));
	const places = await findPlaces([...is.keys()], deps.graph);
	return [...new Set([...places.values()].map(({ profileId }) => profileId))];
}

const clustersIn = (entries: readonly JournalEntry[]): ProfileId[] => [
	...new Set(entries.flatMap(({ from, to }) => [...from, ...to].map(({ id }) => id))),
];

async function entriesOf(id: ProfileId, journal: Pick<IdentityJournal, "entries">): Promise<JournalEntry[]> {
	const all: JournalEntry[] = [];
	for (let cursor: string | undefined = ""; cursor !== undefined && all.length < MAX_ENTRIES; ) {
		const page: Awaited<ReturnType<IdentityJournal["entries"]>> = await journal.entries(id, {
			...(cursor !== "" && { cursor }),
		});
		all.push(...page.entries);
		cursor = page.cursor;
	}
	return all;
}

/** Of what a person decides only an undoing is said in parts; what the rules changed is undone entry by entry. */
function isSame(x: ChangeCause, y: ChangeCause): boolean {
	if (x.kind === "event") return y.kind === "event" && x.messageId === y.messageId && x.source === y.source;
	if (x.kind !== "decision" || y.kind !== "decision") return false;
	return x.undoes !== undefined && x.undoes === y.undoes;
}

/** Where everybody was before a change and is after it; those that were new with it were nowhere. */
export type Moves = { readonly was: ReadonlyMap<SeedId, ProfileId>; readonly is: ReadonlyMap<SeedId, ProfileId> };

/** What the entries of a change, in their order, say as one. */
export function movesIn(entries: readonly JournalEntry[]): Moves {
	const [was, is] = [new Map<SeedId, ProfileId>(), new Map<SeedId, ProfileId>()];
	for (const { from, to } of entries) {
		for (const [one, id] of placesIn(from)) if (!is.has(one)) was.set(one, id);
		for (const [one, id] of placesIn(to)) is.set(one, id);
	}
	return { was, is };
}

const placesIn = (clusters: JournalEntry["to"]) =>
	clusters.flatMap(({ id, members }) => members.map((one) => [one, id] as const));
