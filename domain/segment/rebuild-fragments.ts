import { archivedEventIn, eventColumns, WENT_ON } from "#domain/model/archive-rows.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { Fragment, MeasureState } from "#domain/model/profile.ts";
import { canonical } from "#domain/rules/event-conditions.ts";
import { plainKey } from "#domain/rules/measures/keep-measure.ts";
import { inGroups } from "./in-groups.ts";
import type { Fragments } from "./ports.ts";
import { sqlText, sqlTimestamp } from "./sql-dialect.ts";

export type RebuildDeps = {
	readonly sql: Pick<Sql, "pages">;
	readonly fragments: Fragments;
	/** Folds some more archived events, as the pass does, into what was made of those before them (undefined: of none). */
	readonly foldAnew: (seedId: SeedId, made: Fragment | undefined, events: readonly SourcedEvent[]) => Fragment;
};

const HOUR_MS = 60 * 60 * 1000;
/** Events of one identifier that are folded together. */
const EVENTS_AT_ONCE = 2000;

/** How many events of each identifier went on to its profile by the archive, received before a moment; in the order of the identifiers. */
export const messagesQuery = (before: string, after: string | undefined): string =>
	`SELECT seed_id, count(*) AS messages FROM events WHERE seed_id IS NOT NULL AND ${WENT_ON} AND received_at < ${sqlTimestamp(before)}` +
	`${after === undefined ? "" : ` AND seed_id > ${sqlText(after)}`} GROUP BY seed_id ORDER BY seed_id`;

/**
 * Whether a fragment may be other than its events make it: it has had another number of them than the archive, received
 * before the moment, and none since. One that was folded since is left to the next night: what it has had cannot be told apart.
 */
export function isSuspect({ eventCount, ring }: Fragment, messages: number, before: string): boolean {
	const hour = Math.floor(Date.parse(before) / HOUR_MS);
	return eventCount !== messages && !Object.keys(ring).some((each) => Number(each) >= hour);
}

/**
 * Makes fragments anew of their archived events and writes those that come out otherwise than they are; answers which these
 * are. What was filled in stays as it is. One that others write meanwhile is left to the next night.
 */
export async function rebuildFragments(known: readonly Fragment[], deps: RebuildDeps): Promise<SeedId[]> {
	const byId = new Map(known.map((fragment) => [fragment.seedId, fragment]));
	const rebuilt: SeedId[] = [];
	for await (const made of madeAnew([...byId.keys()], deps)) {
		const before = byId.get(made.seedId);
		// where nothing of it has an identifier by today's rules, what was is kept
		if (!before || made.eventCount === 0) continue;
		const measures = { ...made.measures, ...filledOf(before) };
		const next = { ...made, version: before.version + 1, measures };
		if (contentOf(next) === contentOf(before)) continue;
		if ((await deps.fragments.save(next, before)) === "saved") rebuilt.push(made.seedId);
	}
	return rebuilt;
}

async function* madeAnew(ids: readonly SeedId[], deps: RebuildDeps): AsyncGenerator<Fragment> {
	const query =
		`SELECT ${eventColumns()} FROM events WHERE seed_id IN (${ids.map(sqlText).join(", ")}) AND ${WENT_ON} ` +
		"ORDER BY seed_id, received_at, message_id";
	let made: Fragment | undefined;
	for await (const some of inGroups(eventsIn(deps.sql.pages(query)), EVENTS_AT_ONCE)) {
		for (const [seedId, past] of Map.groupBy(some, (one) => one.seedId)) {
			if (made && made.seedId !== seedId) yield made;
			const so = made?.seedId === seedId ? made : undefined;
			made = deps.foldAnew(
				seedId,
				so,
				past.map(({ event }) => event),
			);
		}
	}
	if (made) yield made;
}

async function* eventsIn(pages: ReturnType<Sql["pages"]>) {
	for await (const { rows } of pages) {
		for (const row of rows) {
			const past = archivedEventIn(row);
			if (past) yield past;
		}
	}
}

const filledOf = ({ measures = {} }: Fragment): MeasureState =>
	Object.fromEntries(Object.entries(measures).filter(([key]) => plainKey(key) !== key));

/** What a fragment says, but for how often it was written and what it need not fold again. */
const contentOf = ({ traits, measures = {}, eventCount, firstSeen, lastSeen }: Fragment): string =>
	canonical(JSON.parse(JSON.stringify({ traits, measures, eventCount, firstSeen, lastSeen })));
