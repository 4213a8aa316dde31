import { sha256 } from "#adapters/crypto/sha256.ts";
import type { ArchivedPast } from "#domain/model/archive-rows.ts";
import type { Definitions } from "#domain/model/definitions.ts";
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
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { admitterOf } from "#functions/shared/admit-past.ts";
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

/** The profile that a seed id led to at a past moment (ISO 8601 UTC), folded from the archive by the pass's own functions. */
export async function readAsOf(id: SeedId, at: string, deps: AsOfDeps): Promise<ProfileAsOf> {
	const workspace = await deps.definitions.current();
	const now = () => new Date(at);
	const admit = admitterOf(workspace, deps.vault);
	const view = { rules: compileTraits(workspace.traits ?? [], sha256), now };
	const book = measureBook(view.rules.measures.values(), view.rules.placeOf);
	const asked: PastDeps = {
		view,
		graph: deps.identities,
		journal: deps.journal,
		eventsOf: async (ids, until, limit) => {
			const archived = await pastEvents(ids, { at: until, limit: limit + 1 }, deps.sql);
			return archived.length > limit ? undefined : archived.flatMap((past) => admitted(past, admit) ?? []);
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

function admitted({ event, seedId }: ArchivedPast, admit: ReturnType<typeof admitterOf>): PastEvent | undefined {
	const standard = admit(event);
	return standard && { event: standard.event, identifiers: standard.identifiers, seedId };
}
