import type { SeedId } from "#domain/model/identifier.ts";
import type { DecideDeps, DecisionOutcome, Said } from "./decision.ts";
import { type Ends, edgeKey, endsOf, verdictOn } from "./evidence.ts";
import type { IdentityGraph, JournalEntry, KnownEdge } from "./ports.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import { findPlaces } from "./read-profile.ts";
import { edgesNow, inParts, useless } from "./said-parts.ts";
import { isFollowed } from "./usable.ts";
import { type Moves, movesIn } from "./whole-change.ts";
import { tooManyDenied } from "./why-useless.ts";

/** More pairs than this are not kept apart: each takes a row at either end, and whoever asks waits for it. */
const MAX_PAIRS = 1000;

const EDGES = 1000;

/**
 * A merge is undone by keeping its parts apart: their roots, all that was ever seen between them, and what the event itself
 * said between any that were not one before, whether or not it was followed: what one of its edges had in the way may be
 * gone with the others. So the definition comes to the clusters that were: what joined inside a part joins as before, and
 * nothing joins across.
 *
 * The roots come last: as long as they are not kept apart it is not undone, so whoever asks again after a crash goes on.
 */
export async function unmerged(
	entry: JournalEntry,
	entries: readonly JournalEntry[],
	{ graph, rules, limits }: DecideDeps,
): Promise<readonly Said[] | DecisionOutcome> {
	const ranking = rankingOf(rules, limits);
	const moves = movesIn(entries);
	const apart = partsOf(moves);
	if (apart.length === 0) return useless("only a merge or a decision can be undone");
	const roots = apart.flatMap((parts) => pairsOf(parts.map(({ root }) => root)));
	const now = await edgesNow(roots, graph);
	const isApart = (edge: Ends) => verdictOn(now.get(edgeKey(edge)) ?? {}) === "deny";
	if (roots.every(isApart)) return useless("it was undone already");

	const seen = await edgesThatJoin([...moves.is.keys()], graph);
	const across = seen.filter((edge) => isBetween(edge, moves) && (isWithin(edge, moves) || isOf(edge, entry)));
	const isOfRoots = new Set(roots.map(edgeKey));
	const others = across.filter((edge) => !isOfRoots.has(edgeKey(edge)));
	const named = [...others, ...roots.filter((edge) => !isApart(edge))];
	const tooMany = await whyTooMany(named, moves, { graph, ranking });
	if (tooMany !== undefined) return useless(tooMany);
	return inParts(named, { decision: "undo", says: "deny", undoes: entry.journalId, graph, ranking });
}

/** Why so many pairs cannot be kept apart, before any of them is: what is half undone helps nobody. */
async function whyTooMany(
	pairs: readonly Ends[],
	{ was, is }: Moves,
	{ graph, ranking }: { readonly graph: IdentityGraph; readonly ranking: Ranking },
): Promise<string | undefined> {
	if (pairs.length > MAX_PAIRS) {
		return `more than ${MAX_PAIRS} pairs would have to be kept apart: block the identifier through which they come together`;
	}
	const ends = pairs.flatMap(({ a, b }) => [[a, b] as const, [b, a] as const]);
	const parts = Map.groupBy(ends, ([id]) => was.get(id) ?? is.get(id) ?? id);
	const places = await findPlaces([...new Set(ends.map(([id]) => id))], graph);
	const isTooMuch = [...parts.values()].some((all) => {
		const denied = all.flatMap(([id, other]) => [other, ...(places.get(id)?.record?.denied ?? [])]);
		return new Set(denied).size > ranking.maxDenied;
	});
	return isTooMuch ? tooManyDenied(ranking) : undefined;
}

type Part = { readonly root: SeedId; readonly members: readonly SeedId[] };

/** What became one, for each cluster of several: the clusters that were, and as one part the identifiers that were new. */
function partsOf({ was, is }: Moves): Part[][] {
	const clusters = [...Map.groupBy(is.keys(), (id) => is.get(id))];
	return clusters.flatMap(([cluster = "" as SeedId, members]) => {
		const parts = [...Map.groupBy(members, (id) => was.get(id))].map(([id = cluster, some]): Part => {
			return { root: rootOf(some, id), members: some };
		});
		return parts.length > 1 ? [parts] : [];
	});
}

const rootOf = (members: readonly SeedId[], id: SeedId): SeedId => (members.includes(id) ? id : (members[0] ?? id));

const pairsOf = (ids: readonly SeedId[]): Ends[] => ids.flatMap((x, i) => ids.slice(i + 1).map((y) => endsOf(x, y)));

/** Whether an edge is between those that were not one; who is not in the change at all was with nobody who is. */
const isBetween = ({ a, b }: Ends, { was, is }: Moves): boolean => was.get(a) !== was.get(b) || is.has(a) !== is.has(b);
const isWithin = ({ a, b }: Ends, { is }: Moves): boolean => is.get(a) === is.get(b);
const isOf = ({ messageId, source }: KnownEdge, { cause }: JournalEntry): boolean =>
	cause.kind === "event" && cause.messageId === messageId && cause.source === source;

/** All that these were seen with and that may be followed. */
async function edgesThatJoin(ids: readonly SeedId[], graph: IdentityGraph): Promise<KnownEdge[]> {
	const read = (await Promise.all(ids.map((id) => graph.edgesOf(id, EDGES)))).flat();
	return [...new Map(read.map((edge) => [edgeKey(edge), edge])).values()].filter(isFollowed);
}
