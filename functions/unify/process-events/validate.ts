import { checkPlan } from "#domain/validate/check-plan.ts";
import { plansBySource } from "#domain/validate/plans-by-source.ts";
import type { Context } from "./context.ts";
import { type Judgement, judgeEach } from "./judge.ts";
import type { InFlight, Work } from "./work.ts";

/** Holds each event to the tracking plan of its source, where it has one. */
export function validate(work: Work<InFlight>, { workspace, log }: Context): Work<InFlight> {
	const plans = plansBySource(workspace);
	if (plans.size === 0) return work;
	return judgeEach(
		work,
		(inFlight): Judgement<InFlight> => {
			const plan = plans.get(inFlight.event.source);
			if (!plan) return { passed: inFlight };
			const verdict = checkPlan(inFlight.event, plan);
			const { violations } = verdict;
			const broken = violations.length > 0 ? { broken: { violations, trackingPlanId: plan.id } } : {};
			if (verdict.kind === "passed") return { ...broken, passed: { ...inFlight, event: verdict.event } };
			return { ...broken, quarantined: { reason: verdict.reason, violations } };
		},
		log,
	);
}
