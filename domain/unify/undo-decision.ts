import type { DecideDeps, DecisionOutcome, Said } from "./decision.ts";
import { edgeKey, verdictOn } from "./evidence.ts";
import type { JournalEntry } from "./ports.ts";
import { rankingOf } from "./ranking.ts";
import { edgesNow, inParts, useless } from "./said-parts.ts";
import { unmerged } from "./undo-merge.ts";
import { wholeChange } from "./whole-change.ts";

/** What must be said to undo what a journal entry tells of: of a decision the opposite, of a merge that its parts are not one. */
export async function undoingOf(journalId: string, deps: DecideDeps): Promise<readonly Said[] | DecisionOutcome> {
	const entry = await deps.journal.entry(journalId);
	if (!entry) return { kind: "unknown" };
	const entries = await wholeChange(entry, deps);
	return entry.cause.kind === "decision" ? takenBack(entry, entries, deps) : unmerged(entry, entries, deps);
}

/** A decision is undone by taking back what it said, as long as nothing else was said since. */
async function takenBack(
	{ cause, journalId }: JournalEntry,
	entries: readonly JournalEntry[],
	{ graph, rules, limits }: DecideDeps,
): Promise<readonly Said[] | DecisionOutcome> {
	const ranking = rankingOf(rules, limits);
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
	return inParts(standing, { ...told, says: "none", graph, ranking });
}
