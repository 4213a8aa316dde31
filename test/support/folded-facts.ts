import { sha256 } from "#adapters/crypto/sha256.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import { foldMeasures, joinMeasures } from "#domain/rules/measures/fold-measures.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { placesBy } from "#domain/rules/measures/places.ts";
import type { CompiledSegments, Facts } from "#domain/segment/compiled.ts";
import { happenedAt } from "./event-times.ts";
import type { NaivePerson } from "./naive-segment.ts";

/** The last said of each trait; those that were unset are not there. */
function traitsOf(events: readonly SourcedEvent[]): { [name: string]: Json } {
	const said = events
		.filter(({ type }) => type === "identify")
		.sort((x, y) => (x.timestamp + x.messageId < y.timestamp + y.messageId ? -1 : 1))
		.flatMap(({ traits }) => Object.entries(traits ?? {}));
	return Object.fromEntries([...new Map(said)].filter(([, value]) => value !== null));
}

/** Somebody to whom this happened, as the naive evaluator knows a person. */
export const personOf = (events: readonly SourcedEvent[], profileId = "p1"): NaivePerson => ({
	profileId,
	events,
	traits: traitsOf(events),
});

/** The same person as the fold makes one, at a moment (ms), of events that came to two fragments in turn. */
export function factsOf(person: NaivePerson, { measures }: Pick<CompiledSegments, "measures">, now: number): Facts {
	const book = measureBook(measures.values(), placesBy(sha256));
	const states = [0, 1].map((half) => {
		const own = person.events.filter((_, i) => i % 2 === half);
		const additions = own.flatMap((event) => book.additionsOf(event));
		return foldMeasures(undefined, additions, { ...book, now: new Date(now) });
	});
	return {
		profileId: person.profileId as SeedId,
		traits: Object.fromEntries(Object.entries(person.traits).map(([name, value]) => [name, { value }])),
		measures: joinMeasures(states, book),
	};
}

/** What happened to one person: `what` at moments of 10 March 2026, or on other days of that year, ISO 8601 without the zone. */
export const happenings = (...all: readonly (readonly [at: string, what: Partial<SourcedEvent>])[]): SourcedEvent[] =>
	all.map(([at, what], i) => ({
		type: "track",
		messageId: `m${i}`,
		source: "web",
		userId: "u1",
		context: {},
		...happenedAt(new Date(at.includes("T") ? `${at}Z` : `2026-03-10T${at}Z`).toISOString()),
		...what,
	}));
