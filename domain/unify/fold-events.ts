import type { CollectedEvent, SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment, LeafState } from "#domain/model/profile.ts";
import { foldMeasures } from "./computed-state.ts";
import { foldTraits, traitsOfPerson } from "./fold-traits.ts";
import { remember, remembers } from "./ring.ts";
import { earliest, latest } from "./times.ts";
import { NO_TRAITS, type TraitRules } from "./trait-rules.ts";

/** Days a count is kept for one by one; all that is older is added up on day 0. */
export const MAX_DAYS = 400;

const DAY_MS = 24 * 60 * 60 * 1000;

export type FoldDeps = {
	/** The keys of the counts this event adds one to. */
	readonly leavesOf: (event: SourcedEvent) => readonly string[];
	/** A hash of a messageId, 8 characters. */
	readonly hashOf: (messageId: string) => string;
	readonly now: Date;
	/** How traits are chosen and computed. @default the last said stands, none is computed */
	readonly rules?: TraitRules;
	/** What an event says of whom the fragment is about. @default an `identify` call's traits */
	readonly traitsOf?: typeof traitsOfPerson;
};

/** A fragment before its first event. */
export const emptyFragment = (seedId: SeedId): Fragment => ({
	seedId,
	version: 0,
	traits: {},
	leaves: {},
	eventCount: 0,
	firstSeen: "",
	lastSeen: "",
	ring: {},
});

/**
 * Folds events into the fragment of their strongest identifier, and answers its next version; the same fragment when all
 * of them were in it already. In whatever order and in however many batches events come, and however often, the traits,
 * counts, measures and times are the same: each strategy keeps what matters of all that was said (`trait-strategies.ts`),
 * counts and measures add up by event time, and an event whose messageId is in the ring is not folded again. As the ring
 * stands in the item it guards, no crash comes between the two.
 */
export function foldEvents(fragment: Fragment, events: readonly SourcedEvent[], deps: FoldDeps): Fragment {
	const { rules = NO_TRAITS, traitsOf = traitsOfPerson, leavesOf, now } = deps;
	const fresh = notYetIn(fragment, events, deps);
	if (fresh.length === 0) return fragment;
	const news = fresh.map(({ event }) => event);
	const times = news.map(({ timestamp }) => timestamp).sort();
	const [first = "", last = first] = [times[0], times.at(-1)];
	const measures = foldMeasures(fragment.measures, news, { ...rules, now });
	return {
		seedId: fragment.seedId,
		version: fragment.version + 1,
		traits: foldTraits(fragment.traits, news, { rules, traitsOf }),
		leaves: foldLeaves(fragment.leaves, news, leavesOf),
		...(measures && { measures }),
		eventCount: fragment.eventCount + fresh.length,
		firstSeen: fragment.eventCount > 0 ? earliest(fragment.firstSeen, first) : first,
		lastSeen: latest(fragment.lastSeen, last),
		ring: remember(
			fragment.ring,
			fresh.map(({ hash }) => hash),
			now,
		),
	};
}

/** The events that are not in the fragment, each once, with the hash of their messageId. */
function notYetIn({ ring }: Fragment, events: readonly SourcedEvent[], { hashOf, now }: FoldDeps) {
	const fresh = new Set<string>();
	return events.flatMap((event) => {
		const hash = hashOf(event.messageId);
		if (fresh.has(hash) || remembers(ring, hash, now)) return [];
		fresh.add(hash);
		return [{ event, hash }];
	});
}

function foldLeaves(known: LeafState, events: readonly SourcedEvent[], leavesOf: FoldDeps["leavesOf"]): LeafState {
	const met = events.flatMap((event) => leavesOf(event).map((leaf) => [leaf, dayOf(event)] as const));
	if (met.length === 0) return known;
	const days = Map.groupBy(met, ([leaf]) => leaf);
	const counted = [...days].map(([leaf, all]) => {
		const counts = new Map(Object.entries(known[leaf] ?? {}));
		for (const [, day] of all) counts.set(day, (counts.get(day) ?? 0) + 1);
		return [leaf, Object.fromEntries(counts.size > MAX_DAYS ? summedUp(counts) : counts)] as const;
	});
	return { ...known, ...Object.fromEntries(counted) };
}

/** The UTC day of an event: days since 1970, where all that was before is put as well. */
const dayOf = ({ timestamp }: CollectedEvent): string =>
	String(Math.max(0, Math.floor(Date.parse(timestamp) / DAY_MS)));

/** The latest days as they are, all others added up on day 0. */
function summedUp(counts: ReadonlyMap<string, number>): [string, number][] {
	const sorted = [...counts].sort(([x], [y]) => Number(y) - Number(x));
	const old = sorted.slice(MAX_DAYS - 1).reduce((sum, [, count]) => sum + count, 0);
	return [...sorted.slice(0, MAX_DAYS - 1), ["0", old]];
}
