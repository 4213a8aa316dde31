import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import { type Standardised, standardiseEvent } from "#domain/unify/standardise-event.ts";
import { checkPlan } from "#domain/validate/check-plan.ts";
import { plansBySource } from "#domain/validate/plans-by-source.ts";

type Admitted = Extract<Standardised, { kind: "ready" }>;

const phones = phoneNumbers();

/**
 * An archived event as the pass folds it by the rules in force: checked against its tracking plan, with one spelling of
 * everything. Undefined of one that the pass sets aside.
 */
export function admitterOf(
	workspace: Workspace,
	vault: Pick<IdentifierVault, "seedId">,
): (event: SourcedEvent) => Admitted | undefined {
	const plans = plansBySource(workspace);
	return (event) => {
		const plan = plans.get(event.source);
		const verdict = plan ? checkPlan(event, plan) : ({ kind: "passed", event } as const);
		if (verdict.kind !== "passed") return undefined;
		const standard = standardiseEvent(verdict.event, { rules: workspace.identity, vault, phones });
		return standard.kind === "ready" ? standard : undefined;
	};
}
