import { sha256 } from "#adapters/crypto/sha256.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { ArchivedPast } from "#domain/model/archive-rows.ts";
import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import {
	MAX_EVENTS_AS_OF,
	type AsOfDeps as PastDeps,
	type PastEvent,
	type ProfileAsOf,
	profileAsOf,
} from "#domain/unify/as-of.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { insist } from "#domain/unify/insist.ts";
import type { IdentityGraph, IdentityJournal } from "#domain/unify/ports.ts";
import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { checkPlan } from "#domain/validate/check-plan.ts";
import { plansBySource } from "#domain/validate/plans-by-source.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { refuse } from "./answer.ts";
import { pastEvents } from "./past-events.ts";

export type AsOfDeps = {
	readonly definitions: Definitions;
	readonly identities: Pick<IdentityGraph, "look" | "records">;
	readonly journal: Pick<IdentityJournal, "entries">;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly sql: Sql;
	readonly hashOf: (messageId: string) => string;
};

const phones = phoneNumbers();

/** The profile that a seed id led to at a past moment (ISO 8601 UTC), folded from the archive by the pass's own functions. */
export async function readAsOf(id: SeedId, at: string, deps: AsOfDeps): Promise<ProfileAsOf> {
	const workspace = await deps.definitions.current();
	const now = () => new Date(at);
	const view = { rules: compileTraits(workspace.traits ?? [], sha256), now };
	const book = measureBook(view.rules.measures.values(), view.rules.placeOf);
	const asked: PastDeps = {
		view,
		graph: deps.identities,
		journal: deps.journal,
		eventsOf: async (ids, until, limit) => {
			const archived = await pastEvents(ids, { at: until, limit: limit + 1 }, deps.sql);
			return archived.length > limit ? undefined : admitted(archived, workspace, deps.vault);
		},
		fold: (seedId, events) =>
			foldEvents(emptyFragment(seedId), events, { ...view, book, hashOf: deps.hashOf, now: now(), anew: true }),
	};
	return insist(() => profileAsOf(id, at, asked), { pause: pauseWithJitter, what: "an identity that was read" });
}

/** Why a past profile is not shown, where it could be asked for less. */
export const tooMuch = (what: "too many events" | "too many changes") =>
	what === "too many events"
		? refuse(
				422,
				"too_many_events",
				`A past profile is folded from at most ${MAX_EVENTS_AS_OF} events, and this one has more: ask the archive with POST /v1/query.`,
			)
		: refuse(
				422,
				"too_many_changes",
				"The identity of this profile changed too often since then: ask for a later moment, or the archive with POST /v1/query.",
			);

/** What the pass would have folded: standardised, without what broke its tracking plan. */
function admitted(all: readonly ArchivedPast[], workspace: Workspace, vault: AsOfDeps["vault"]): PastEvent[] {
	const plans = plansBySource(workspace);
	return all.flatMap(({ event, seedId }) => {
		const plan = plans.get(event.source);
		const verdict = plan ? checkPlan(event, plan) : ({ kind: "passed", event } as const);
		if (verdict.kind !== "passed") return [];
		const standard = standardiseEvent(verdict.event, { rules: workspace.identity, vault, phones });
		return standard.kind === "ready" ? [{ event: standard.event, identifiers: standard.identifiers, seedId }] : [];
	});
}
