import type { SourcedEvent } from "#domain/model/event.ts";
import type { Bucket, MeasureState } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import type { Measure } from "./computed-measure.ts";
import { addDecimals } from "./exact-sum.ts";
import { byTime } from "./trait-values.ts";

/** Of so many different values each is counted; beyond them, only the number of different values is known, nearly. */
export const MAX_COUNTED = 100;

/** One more is kept, to know that there are more. */
const MAX_KEPT = MAX_COUNTED + 1;

/**
 * Characters of JSON. No person comes near; a machine that sends thousands of different values does, and from there on its
 * events are measured no more: better than an item that the store refuses, and its whole batch with it.
 */
const MAX_STATE_LENGTH = 60_000;
/** So many stretches of time and values have no such length: each has less than 400 characters, a moment with its value. */
const SURELY_SMALL = 100;

/** The place of a value between 0 and 1: its hash, so that places lie evenly. */
export type PlaceOf = (value: string) => number;

/** What is measured, by which event, and the places that choose among too many values. */
export type Measures = {
	readonly measures: ReadonlyMap<string, Measure>;
	readonly measuresOf: (event: SourcedEvent) => readonly Measure[];
	readonly placeOf: PlaceOf;
};

/** The number of the stretch of time that a moment lies in; milliseconds since 1970. */
export const bucketAt = (ms: number, { bucketMs }: Pick<Measure, "bucketMs">): number =>
	bucketMs === 0 ? 0 : Math.max(0, Math.floor(ms / bucketMs));

/**
 * The state with more events in it; the very same one when none of them is measured. Stretches that have left every window
 * are dropped: no reading from now on looks at them, so when that is done changes no answer.
 */
export function foldMeasures(
	known: MeasureState | undefined,
	events: readonly SourcedEvent[],
	{ measures, measuresOf, placeOf, now }: Measures & { readonly now: Date },
): MeasureState | undefined {
	const added = events.flatMap((event) =>
		measuresOf(event).flatMap((measure) => {
			const bucket = measure.read(event);
			return bucket ? [{ measure, at: String(bucketAt(Date.parse(event.timestamp), measure)), bucket }] : [];
		}),
	);
	if (added.length === 0) return known;
	const changed = [...Map.groupBy(added, ({ measure }) => measure)].map(([measure, all]) => {
		const buckets = new Map(Object.entries(known?.[measure.key] ?? {}));
		for (const { at, bucket } of all) {
			const before = buckets.get(at);
			buckets.set(at, before ? joinBuckets(before, bucket, placeOf) : bucket);
		}
		const first = firstWithinReach(measure, now);
		return [measure.key, Object.fromEntries([...buckets].filter(([at]) => Number(at) >= first))] as const;
	});
	const state = Object.entries({ ...known, ...Object.fromEntries(changed) });
	return fitting(Object.fromEntries(state.filter(([, buckets]) => Object.keys(buckets).length > 0)), measures) ?? known;
}

/** The state without what nothing defines any more when it has grown too large; undefined when that is not enough. */
function fitting(state: MeasureState, measures: Measures["measures"]): MeasureState | undefined {
	if (isSmall(state)) return state;
	const defined = Object.fromEntries(Object.entries(state).filter(([key]) => measures.has(key)));
	return isSmall(defined) ? defined : undefined;
}

/** Mostly there is so little that it need not be measured. */
function isSmall(state: MeasureState): boolean {
	const buckets = Object.values(state).flatMap((each) => Object.values(each));
	const parts = buckets.reduce((sum, { values }) => sum + 1 + (values ? Object.keys(values).length : 0), 0);
	return parts <= SURELY_SMALL || JSON.stringify(state).length <= MAX_STATE_LENGTH;
}

/** One stretch more is kept than a reading looks at: clocks differ a little. */
function firstWithinReach(measure: Pick<Measure, "bucketMs" | "keptMs">, now: Date): number {
	return measure.bucketMs === 0 ? 0 : bucketAt(now.getTime() - measure.keptMs, measure) - 1;
}

/** What the events of both add up to. */
export function joinBuckets(x: Bucket, y: Bucket, placeOf: PlaceOf): Bucket {
	const joined = {
		n: both(x.n, y.n, (a, b) => a + b),
		sum: both(x.sum, y.sum, addDecimals),
		min: both(x.min, y.min, Math.min),
		max: both(x.max, y.max, Math.max),
		first: both(x.first, y.first, (a, b) => (byTime(a, b) <= 0 ? a : b)),
		last: both(x.last, y.last, (a, b) => (byTime(a, b) >= 0 ? a : b)),
		values: both(x.values, y.values, (a, b) => addTables(a, b, placeOf)),
	};
	return Object.fromEntries(Object.entries(joined).filter(([, part]) => part !== undefined));
}

const both = <T>(x: T | undefined, y: T | undefined, join: (x: T, y: T) => T): T | undefined =>
	x === undefined || y === undefined ? (x ?? y) : join(x, y);

type Table = NonNullable<Bucket["values"]>;

/**
 * Both tables added up. Of too many values those in the first places stay: a value that is dropped has a hundred
 * before it whatever comes, so the table is the same in whatever order it grew.
 */
function addTables(x: Table, y: Table, placeOf: PlaceOf): Table {
	const counts = new Map(Object.entries(x));
	for (const [value, count] of Object.entries(y)) counts.set(value, (counts.get(value) ?? 0) + count);
	if (counts.size <= MAX_KEPT) return Object.fromEntries(counts);
	const kept = byPlace([...counts.keys()], placeOf).slice(0, MAX_KEPT);
	return Object.fromEntries(kept.map((value) => [value, counts.get(value) ?? 0]));
}

/** Values in the order of their places. */
export const byPlace = (values: readonly string[], placeOf: PlaceOf): string[] =>
	values
		.map((value) => ({ value, place: placeOf(value) }))
		.sort((x, y) => x.place - y.place || compareText(x.value, y.value))
		.map(({ value }) => value);
