import { type ArchivedPast, archivedEventIn } from "#domain/model/archive-rows.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Slice } from "#domain/model/people-slices.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { MeasureState } from "#domain/model/profile.ts";
import { foldMeasures } from "#domain/rules/measures/fold-measures.ts";
import type { KeptMeasure } from "#domain/rules/measures/measure.ts";
import { type Addition, type MeasureBook, measureBook } from "#domain/rules/measures/measure-book.ts";
import type { PlaceOf } from "#domain/rules/measures/places.ts";
import { pastEventsPages } from "./past-events.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import { type WriteFilledDeps, writeFilled } from "./write-filled.ts";

/** Half of what a fragment may keep: the other half is for what comes. */
const MAX_FILLED_LENGTH = 30_000;

/** What is held in memory at most: additions of one person that are folded together, and people that are written together. */
const ADDITIONS_AT_ONCE = 2000;
const PEOPLE_AT_ONCE = 100;

export type FillDeps = WriteFilledDeps & {
	readonly sql: Pick<Sql, "pages">;
	readonly dialect: Pick<SqlDialect, "sortedAtOnce">;
	/** An archived event as the pass folds it; undefined of one that it sets aside. */
	readonly admit: (event: SourcedEvent) => SourcedEvent | undefined;
	readonly placeOf: PlaceOf;
	readonly now: () => Date;
	/** Whether to stop after the people at hand. */
	readonly mustStop: () => boolean;
};

/** How many fragments were written, and the last person who is done where it stopped before the end. */
export type Filled = { readonly written: number; readonly after?: SeedId };

/**
 * Fills in what the archive has of the time before measures were kept: of each of them the events received before its
 * `since`, read by the same code as events that come. It reads the archive person by person, in bounded memory, and
 * writes at most one item for each. Safe to run again, and beside events that come: what is filled in has a place of its own.
 */
export async function fillMeasures(measures: readonly KeptMeasure[], slice: Slice, deps: FillDeps): Promise<Filled> {
	const before =
		measures
			.map(({ since }) => since)
			.toSorted()
			.at(-1) ?? "";
	const specs = measures.map(({ spec }) => spec);
	const book = pastBook(measures, deps.placeOf);
	const rows = pastEventsPages(specs, { before, slice, dialect: deps.dialect }, deps.sql);
	let people = new Map<SeedId, MeasureState>();
	let written = 0;
	for await (const [seedId, state] of statesIn(eventsIn(rows), book, deps)) {
		people.set(seedId, state);
		if (people.size < PEOPLE_AT_ONCE) continue;
		written += await writeFilled(people, measures, deps);
		people = new Map();
		if (deps.mustStop()) return { written, after: seedId };
	}
	return { written: written + (await writeFilled(people, measures, deps)) };
}

/** A book in which events stand that were received before each measure was kept. */
function pastBook(measures: readonly KeptMeasure[], placeOf: PlaceOf): MeasureBook {
	const since = new Map(measures.map((measure) => [measure.key, measure.since]));
	const all = measureBook(
		measures.map((measure) => ({ ...measure, since: "" })),
		placeOf,
	);
	return {
		...all,
		additionsOf: (event) =>
			all.additionsOf(event).filter(({ measure }) => event.receivedAt < (since.get(measure.key) ?? "")),
	};
}

async function* eventsIn(pages: ReturnType<Sql["pages"]>): AsyncGenerator<ArchivedPast> {
	for await (const { rows } of pages) {
		for (const row of rows) {
			const past = archivedEventIn(row);
			if (past) yield past;
		}
	}
}

/** What each person's events add up to; the events come person by person. */
async function* statesIn(
	events: AsyncIterable<ArchivedPast>,
	book: MeasureBook,
	{ admit, now }: Pick<FillDeps, "admit" | "now">,
): AsyncGenerator<readonly [SeedId, MeasureState]> {
	let [person, state, additions]: [SeedId | undefined, MeasureState | undefined, Addition[]] = [
		undefined,
		undefined,
		[],
	];
	const folded = () => foldMeasures(state, additions, { ...book, now: now(), maxLength: MAX_FILLED_LENGTH }) ?? {};
	for await (const { seedId, event } of events) {
		if (person !== undefined && person !== seedId) {
			yield [person, folded()];
			[state, additions] = [undefined, []];
		}
		person = seedId;
		const admitted = admit(event);
		if (admitted) additions.push(...book.additionsOf(admitted));
		if (additions.length < ADDITIONS_AT_ONCE) continue;
		[state, additions] = [folded(), []];
	}
	if (person !== undefined) yield [person, folded()];
}
