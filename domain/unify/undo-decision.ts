import type { SeedId } from "#domain/model/identifier.ts";
import type { DecideDeps, DecisionOutcome, Said } from "./decision.ts";
import { type Ends, edgeKey, endsOf, verdictOn } from "./evidence.ts";
import type { IdentityGraph, JournalEntry, KnownEdge } from "./ports.ts";
import { lookAt } from "./read-graph.ts";
import { isFollowed } from "./usable.ts";
import { type Moves, movesIn, wholeChange } from "./whole-change.ts";

/** Pairs that are kept apart at once, where that is not too much: two rows each. */
const AT_ONCE = 4;

/** More pairs than this are not kept apart: what a profile is kept apart from stands in its record. */
const MAX_PAIRS = 100;

const EDGES = 1000;

/** What must be said to undo what a journal entry tells of: of a decision the opposite, of a merge that its parts are not one. */
export async function undoingOf(journalId: string, deps: DecideDeps): Promise<readonly Said[] | DecisionOutcome> {
	const entry = await deps.journal.entry(journalId);
	if (!entry) return { kind: "unknown" };
	const entries = await wholeChange(entry, deps);
	return entry.cause.kind === "decision" ? takenBack(entry, entries, deps) : unmerged(entry, entries, deps);
}

const useless = (reason: string): DecisionOutcome => ({ kind: "without_effect", reason });

/** A decision is undone by taking back what it said, as long as nothing else was said since. */
async function takenBack(
	{ cause, journalId }: JournalEntry,
	entries: readonly JournalEntry[],
	{ graph }: DecideDeps,
): Promise<readonly Said[] | DecisionOutcome> {
	if (cause.kind !== "decision") return useless("it was no decision");
	const told = { decision: "undo" as const, undoes: journalId };
	if (cause.decision === "block" || cause.decision === "unblock") {
		const { nodes } = await graph.look({ nodes: cause.about ?? [], edges: [] });
		const block = cause.decision === "unblock";
		const [identifier] = nodes.filter(({ blocked }) => blocked?.says === !block);
		if (!identifier) return useless("it was undone already");
		return [{ ...told, identifiers: [identifier], edges: [], block, about: [identifier.id] }];
	}
	const said = entries.flatMap(({ edges }) => edges).filter((edge) => verdictOn(edge) !== undefined);
	if (said.length === 0) return useless("what was taken back is not brought back: decide anew");
	const now = await edgesNow(said, graph);
	const standing = said.filter((edge) => now.get(edgeKey(edge))?.verdict?.id === edge.verdict?.id);
	if (standing.length === 0) return useless("it was undone already, or something else was said since");
	return inParts(standing, "none", { ...told, graph });
}

async function edgesNow(edges: readonly Ends[], graph: IdentityGraph): Promise<Map<string, KnownEdge>> {
	const ids = [...new Set(edges.flatMap(({ a, b }) => [a, b]))];
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	const found = await lookAt({ nodes: [], edges }, graph, { atHand: nodes });
	return new Map(found.edges.map((edge) => [edgeKey(edge), edge]));
}

/**
 * A merge is undone by keeping its parts apart: their roots, all that was ever seen between them, and what the event itself
 * said between any that were not one before, whether or not it was followed: what one of its edges had in the way may be
 * gone with the others. So the definition comes to the clusters that were: what joined inside a part joins as before, and
 * nothing joins across.
 */
async function unmerged(
	entry: JournalEntry,
	entries: readonly JournalEntry[],
	{ graph }: DecideDeps,
): Promise<readonly Said[] | DecisionOutcome> {
	const moves = movesIn(entries);
	const apart = partsOf(moves);
	if (apart.length === 0) return useless("only a merge or a decision can be undone");
	const roots = apart.flatMap((parts) => pairsOf(parts.map(({ root }) => root)));
	const now = await edgesNow(roots, graph);
	const isApart = (edge: Ends) => verdictOn(now.get(edgeKey(edge)) ?? {}) === "deny";
	if (roots.every(isApart)) return useless("it was undone already");

	const seen = await edgesThatJoin([...moves.is.keys()], graph);
	const across = seen.filter((edge) => isBetween(edge, moves) && (isWithin(edge, moves) || isOf(edge, entry)));
	const named = [
		...new Map([...roots.filter((edge) => !isApart(edge)), ...across].map((edge) => [edgeKey(edge), edge])).values(),
	];
	if (named.length > MAX_PAIRS) return useless(`more than ${MAX_PAIRS} pairs would have to be kept apart`);
	return inParts(named, "deny", { decision: "undo", undoes: entry.journalId, graph });
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
	const read = await Promise.all(ids.map((id) => graph.edgesOf(id, EDGES)));
	return read.flat().filter(isFollowed);
}

type Telling = Pick<Said, "decision"> & { readonly undoes: string; readonly graph: IdentityGraph };

async function inParts(edges: readonly Ends[], says: "deny" | "none", { graph, ...told }: Telling): Promise<Said[]> {
	const ids = [...new Set(edges.flatMap(({ a, b }) => [a, b]))];
	const { nodes } = await graph.look({ nodes: ids, edges: [] });
	const known = new Map(nodes.map((node) => [node.id, node]));
	const parts: Said[] = [];
	for (let from = 0; from < edges.length; from += AT_ONCE) {
		const some = edges.slice(from, from + AT_ONCE).map(({ a, b }) => ({ a, b, says }));
		const about = [...new Set(some.flatMap(({ a, b }) => [a, b]))];
		parts.push({ ...told, identifiers: about.flatMap((id) => known.get(id) ?? []), edges: some, about });
	}
	return parts;
}
