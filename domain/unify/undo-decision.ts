import type { SeedId } from "#domain/model/identifier.ts";
import type { DecideDeps, DecisionOutcome, Said } from "./decision.ts";
import { type Ends, edgeKey, endsOf, verdictOn } from "./evidence.ts";
import type { IdentityGraph, JournalEntry, KnownEdge } from "./ports.ts";
import { lookAt } from "./read-graph.ts";
import { isFollowed } from "./usable.ts";

/** Pairs that are kept apart at once, where that is not too much: two rows each. */
const AT_ONCE = 4;

/** More pairs than this are not kept apart: what a profile is kept apart from stands in its record. */
const MAX_PAIRS = 100;

const EDGES = 1000;

/** What must be said to undo what a journal entry tells of: of a decision the opposite, of a merge that its parts are not one. */
export async function undoingOf(journalId: string, deps: DecideDeps): Promise<readonly Said[] | DecisionOutcome> {
	const entry = await deps.journal.entry(journalId);
	if (!entry) return { kind: "unknown" };
	return entry.cause.kind === "decision" ? takenBack(entry, deps) : unmerged(entry, deps);
}

const useless = (reason: string): DecisionOutcome => ({ kind: "without_effect", reason });

/** A decision is undone by taking back what it said, as long as nothing else was said since. */
async function takenBack(entry: JournalEntry, { graph }: DecideDeps): Promise<readonly Said[] | DecisionOutcome> {
	const { cause, edges, journalId } = entry;
	if (cause.kind !== "decision") return useless("it was no decision");
	const told = { decision: "undo" as const, undoes: journalId };
	if (cause.decision === "block" || cause.decision === "unblock") {
		const { nodes } = await graph.look({ nodes: cause.about ?? [], edges: [] });
		const block = cause.decision === "unblock";
		const [identifier] = nodes.filter(({ blocked }) => blocked?.says === !block);
		if (!identifier) return useless("it was undone already");
		return [{ ...told, identifiers: [identifier], edges: [], block, about: [identifier.id] }];
	}
	const said = edges.filter((edge) => verdictOn(edge) !== undefined);
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
 * A merge is undone by keeping its parts apart: their roots, and all that was ever seen between them. So the definition
 * comes to the clusters that were: what joined inside a part joins as before, and nothing joins across.
 */
async function unmerged(entry: JournalEntry, { graph }: DecideDeps): Promise<readonly Said[] | DecisionOutcome> {
	const apart = entry.to.map((to) => partsOf(to, entry)).filter((parts) => parts.length > 1);
	if (apart.length === 0) return useless("only a merge or a decision can be undone");
	const roots = apart.flatMap((parts) => pairsOf(parts.map(({ root }) => root)));
	const now = await edgesNow(roots, graph);
	const isApart = (edge: Ends) => verdictOn(now.get(edgeKey(edge)) ?? {}) === "deny";
	if (roots.every(isApart)) return useless("it was undone already");

	const across = (await Promise.all(apart.map((parts) => edgesAcross(parts, graph)))).flat();
	const named = [
		...new Map([...roots.filter((edge) => !isApart(edge)), ...across].map((edge) => [edgeKey(edge), edge])).values(),
	];
	if (named.length > MAX_PAIRS) return useless(`more than ${MAX_PAIRS} pairs would have to be kept apart`);
	return inParts(named, "deny", { decision: "undo", undoes: entry.journalId, graph });
}

type Part = { readonly root: SeedId; readonly members: readonly SeedId[] };

/** What became one: the clusters that were, and as one part the identifiers that were new. */
function partsOf(to: JournalEntry["to"][number], { from }: JournalEntry): Part[] {
	const members = new Set(to.members);
	const old = from
		.map(({ id, members: had }) => ({ id, members: had.filter((member) => members.has(member)) }))
		.filter((part) => part.members.length > 0)
		.map((part): Part => ({ members: part.members, root: rootOf(part.members, part.id) }));
	const known = new Set(old.flatMap((part) => part.members));
	const fresh = to.members.filter((id) => !known.has(id));
	return fresh.length === 0 ? old : [...old, { root: rootOf(fresh, to.id), members: fresh }];
}

const rootOf = (members: readonly SeedId[], id: SeedId): SeedId => (members.includes(id) ? id : (members[0] ?? id));

const pairsOf = (ids: readonly SeedId[]): Ends[] => ids.flatMap((x, i) => ids.slice(i + 1).map((y) => endsOf(x, y)));

/** All that was seen between different parts: read from the smaller ones. */
async function edgesAcross(parts: readonly Part[], graph: IdentityGraph): Promise<Ends[]> {
	const partAt = new Map(parts.flatMap((part) => part.members.map((id) => [id, part] as const)));
	const [, ...smaller] = parts.toSorted((x, y) => y.members.length - x.members.length);
	const read = await Promise.all(smaller.flatMap(({ members }) => members.map((id) => graph.edgesOf(id, EDGES))));
	return read.flat().filter((edge) => {
		const [left, right] = [partAt.get(edge.a), partAt.get(edge.b)];
		return left !== undefined && right !== undefined && left !== right && isFollowed(edge);
	});
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
