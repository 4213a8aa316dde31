import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import type { Context } from "./context.ts";
import { judgeEach } from "./judge.ts";
import type { InFlight, Ready, Work } from "./work.ts";

/** Gives each event one spelling: its time, its traits, its identifiers; and says what it counts for. */
export function standardise(work: Work<InFlight>, { workspace, vault, phones, book, log }: Context): Work<Ready> {
	const { identity: rules, blockedSeeds } = workspace;
	const identifying = { rules, vault, phones, ...(blockedSeeds && { blockedSeeds }) };
	return judgeEach(
		work,
		(inFlight) => {
			const standard = standardiseEvent(inFlight.event, identifying);
			if (standard.kind === "quarantined") return { quarantined: { reason: standard.reason, violations: [] } };
			const { event, identifiers, account, violations } = standard;
			return {
				passed: { ...inFlight, event, identifiers, ...(account && { account }), additions: book.additionsOf(event) },
				...(violations.length > 0 && { broken: { violations } }),
			};
		},
		log,
	);
}
