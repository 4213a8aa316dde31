import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { foldMeasures, isRepeatable } from "#domain/rules/measures/fold-measures.ts";
import { type MeasureBook, NOTHING_KEPT } from "#domain/rules/measures/measure-book.ts";
import { foldTraits, traitsOfPerson } from "./fold-traits.ts";
import { isForgotten, remember, remembers } from "./ring.ts";
import { earliest, latest } from "./times.ts";
import { NO_TRAITS, type TraitRules } from "./trait-rules.ts";

export type FoldDeps = {
	/** What is kept of events. @default nothing */
	readonly book?: MeasureBook;
	/** A hash of a messageId, 8 characters. */
	readonly hashOf: (messageId: string) => string;
	readonly now: Date;
	/** How traits are chosen. @default the last said stands */
	readonly rules?: TraitRules;
	/** What an event says of whom the fragment is about. @default an `identify` call's traits */
	readonly traitsOf?: typeof traitsOfPerson;
	/** The fragment is made of all its events anew, each given once, by the time they were received: none is late. @default false */
	readonly anew?: boolean;
};

/** A fragment before its first event. */
export const emptyFragment = (seedId: SeedId): Fragment => ({
	seedId,
	version: 0,
	traits: {},
	eventCount: 0,
	firstSeen: "",
	lastSeen: "",
	ring: {},
});

/**
 * Folds events into the fragment of their strongest identifier, and answers its next version; the same fragment when all
 * of them were in it already. In whatever order and in however many batches events come, and however often, the traits,
 * measures and times are the same: each strategy keeps what matters of all that was said (`trait-strategies.ts`),
 * measures add up by event time, and an event whose messageId is in the ring is not folded again. As the ring
 * stands in the item it guards, no crash comes between the two.
 *
 * Whether an event that came so long ago that the ring may have forgotten it was had, nobody can tell: it is late, and adds only
 * what may be added twice, which are traits, times, and measures such as the last event. So a day that is replayed changes nothing.
 */
export function foldEvents(fragment: Fragment, events: readonly SourcedEvent[], deps: FoldDeps): Fragment {
	const { rules = NO_TRAITS, traitsOf = traitsOfPerson, book = NOTHING_KEPT, now } = deps;
	const fresh = notYetIn(fragment, events, deps);
	if (fresh.length === 0) return fragment;
	const news = fresh.map(({ event }) => event);
	const inTime = fresh.filter(({ isLate }) => !isLate);
	const additions = fresh.flatMap(({ event, isLate }) => {
		const all = book.additionsOf(event);
		return isLate ? all.filter(({ measure }) => isRepeatable(measure)) : all;
	});
	const measures = foldMeasures(fragment.measures, additions, { ...book, now });
	const next: Fragment = {
		seedId: fragment.seedId,
		version: fragment.version + 1,
		traits: foldTraits(fragment.traits, news, { rules, traitsOf }),
		...(measures && { measures }),
		eventCount: fragment.eventCount + inTime.length,
		...timesOf(fragment, news),
		ring: remember(fragment.ring, hashesToRemember(inTime, deps), now),
	};
	return inTime.length === 0 && saysTheSame(fragment, next) ? fragment : next;
}

/** Of a fragment that is made anew the ring needs only what may come again and be taken for new. */
const hashesToRemember = (inTime: readonly Fresh[], { now }: FoldDeps): string[] =>
	inTime.flatMap(({ event, hash }) => (isForgotten(event.receivedAt, now) ? [] : [hash]));

type Fresh = { readonly event: SourcedEvent; readonly hash: string; readonly isLate: boolean };

/** The events that are not in the fragment, each once, with the hash of their messageId. */
function notYetIn(
	{ ring }: Fragment,
	events: readonly SourcedEvent[],
	{ hashOf, now, anew = false }: FoldDeps,
): Fresh[] {
	const fresh = new Set<string>();
	return events.flatMap((event) => {
		const hash = hashOf(event.messageId);
		if (fresh.has(hash) || remembers(ring, hash, now)) return [];
		fresh.add(hash);
		return [{ event, hash, isLate: !anew && isForgotten(event.receivedAt, now) }];
	});
}

function timesOf({ firstSeen, lastSeen }: Fragment, events: readonly SourcedEvent[]) {
	const times = events.map(({ timestamp }) => timestamp);
	const first = times.reduce(earliest);
	return { firstSeen: firstSeen === "" ? first : earliest(firstSeen, first), lastSeen: times.reduce(latest, lastSeen) };
}

/** Whether nothing but the version differs: late events were had mostly, and then nothing need be written. */
const saysTheSame = (known: Fragment, next: Fragment): boolean =>
	known.firstSeen === next.firstSeen &&
	known.lastSeen === next.lastSeen &&
	(known.traits === next.traits || JSON.stringify(known.traits) === JSON.stringify(next.traits)) &&
	(known.measures === next.measures || JSON.stringify(known.measures) === JSON.stringify(next.measures));
