import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import type { Context } from "./context.ts";
import { judgeEach } from "./judge.ts";
import type { InFlight, Ready, Work } from "./work.ts";

/** Gives each event one spelling: its time, its traits, its identifiers; and says what it counts for. */
export function standardise(work: Work<InFlight>, { workspace, vault, compiled, log }: Context): Work<Ready> {
	const rules = workspace.identity;
	return judgeEach(
		work,
		(inFlight) => {
			const standard = standardiseEvent(inFlight.event, { rules, vault });
			if (standard.kind === "quarantined") return { quarantined: { reason: standard.reason, violations: [] } };
			const { event, identifiers, violations } = standard;
			return {
				passed: { ...inFlight, event, identifiers, leaves: compiled.leavesOf(event) },
				...(violations.length > 0 && { broken: { violations } }),
			};
		},
		log,
	);
}
