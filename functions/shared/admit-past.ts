import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import { type Standardised, standardiseEvent } from "#domain/unify/standardise-event.ts";

type Admitted = Extract<Standardised, { kind: "ready" }>;

const phones = phoneNumbers();

/**
 * An archived event as the pass folds it by the rules in force: with one spelling of everything. What its tracking plan made
 * of it when it came stands in the archive and stays so (ADR 0024): give it as it went on. Undefined of one that the pass sets aside.
 */
export function admitterOf(
	{ identity: rules }: Pick<Workspace, "identity">,
	vault: Pick<IdentifierVault, "seedId">,
): (event: SourcedEvent) => Admitted | undefined {
	return (event) => {
		const standard = standardiseEvent(event, { rules, vault, phones });
		return standard.kind === "ready" ? standard : undefined;
	};
}
