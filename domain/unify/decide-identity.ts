import type { Asking, DecideDeps, Decision, DecisionOutcome, Said } from "./decision.ts";
import { endsOf } from "./evidence.ts";
import { journalIdOf } from "./journal-id.ts";
import type { StructureChange } from "./ports.ts";
import { stateDecision } from "./state-decision.ts";
import { stateInSteps } from "./state-in-steps.ts";
import { undoingOf } from "./undo-decision.ts";

/**
 * Takes what a person decides about who is who into the graph, as evidence among the other: so the answer is what the
 * definition says of it all, at once and for whatever comes later, and it can be taken back. Fragments never move, so a
 * merge that is undone gives each profile back what it had. Throws what a retry may cure.
 */
export async function decideIdentity(decision: Decision, by: Asking, deps: DecideDeps): Promise<DecisionOutcome> {
	const written: Written = [];
	const recording: DecideDeps = {
		...deps,
		graph: {
			...deps.graph,
			async apply(change) {
				const answer = await deps.graph.apply(change);
				if (answer === "written") written.push(change);
				return answer;
			},
		},
	};
	const said = await saidBy(decision, recording);
	if ("kind" in said) return said;
	const useless = await say(said, by, recording);
	return useless === undefined ? outcomeOf(written) : { kind: "without_effect", reason: useless };
}

/** Says it, and brings all concerned in line. Answers why not, where it would be without effect. */
async function say(all: readonly Said[], by: Asking, deps: DecideDeps): Promise<string | undefined> {
	const [said, ...others] = all;
	if (said && others.length === 0) return stateDecision(said, by, deps);
	await stateInSteps(all, by, deps);
	return undefined;
}

type Written = Parameters<DecideDeps["graph"]["apply"]>[0][];

/** What is to be said of which identifiers and edges, a few of them in each part; or why nothing is. */
async function saidBy(decision: Decision, deps: DecideDeps): Promise<readonly Said[] | DecisionOutcome> {
	if (decision.kind === "undo") return undoingOf(decision.journalId, deps);
	if ("identifier" in decision) {
		const { kind, identifier } = decision;
		return [{ decision: kind, identifiers: [identifier], edges: [], block: kind === "block", about: [identifier.id] }];
	}
	const { kind, a, b } = decision;
	if (a.id === b.id) return { kind: "without_effect", reason: "an identifier is always one with itself" };
	const edge = { ...endsOf(a.id, b.id), says: kind };
	return [{ decision: kind, identifiers: [a, b], edges: [edge], about: [a.id, b.id] }];
}

function outcomeOf(written: Written): DecisionOutcome {
	const structures = written.flatMap(({ structure }): StructureChange[] => (structure ? [structure] : []));
	const changed = structures.flatMap(({ from, to }) => [...from, ...to].map(({ id }) => id));
	return {
		kind: "done",
		journalIds: written.flatMap(({ journal }) => (journal ? [journalIdOf(journal)] : [])),
		merged: structures.flatMap(({ merged }) => merged.map(({ survivor, retired }) => ({ survivor, retired }))),
		split: structures.flatMap(({ split }) =>
			split.map(({ from, into }) => ({ from, into: into.map(({ profileId }) => profileId) })),
		),
		profiles: [...new Set(changed)],
	};
}
