import type { Computation } from "#contracts/definitions/trait.ts";
import type { Json } from "#domain/model/json.ts";
import type { Bucket, KnownTrait, MeasureState, Moment, TraitRule } from "#domain/model/profile.ts";
import { compareValues } from "./compare-values.ts";
import { joinBuckets, MAX_COUNTED } from "./join-buckets.ts";
import type { KeptMeasure } from "./measure.ts";
import { bucketAt } from "./measure-book.ts";
import { byPlace, type PlaceOf } from "./places.ts";
import { type Scalar, valueOfKey } from "./value-key.ts";

/** A computed trait: what it is made of, and how. */
export type ComputedRule = {
	readonly trait: string;
	readonly compute: Computation;
	readonly measure: KeptMeasure;
	/** Milliseconds; absent: for ever. */
	readonly windowMs?: number;
	readonly rule: TraitRule;
};

type Moments = { readonly now: Date; readonly placeOf: PlaceOf };
type Computed = Pick<KnownTrait, "value" | "estimated"> & { readonly moment?: Moment };

const DAY = 24 * 60 * 60 * 1000;

/**
 * The value of a computed trait at a moment, from what is kept of a person's events; undefined when no event in the window has
 * anything to say (a count is never 0). Windows slide with the moment and end at the beginning of a stretch: an event leaves
 * within a tenth of the window after its time is over, never before.
 *
 * `sum` is exact to six places; `avg` is the sum by the number of events; `first` and `last` go by event time; of values that are
 * equally frequent the `most_frequent` is the first in order; `unique_list` is sorted. Of more than 100 different values, 100 are
 * chosen by their hash for these two, and `unique_count` is an estimate. `days_since` counts whole days since the last event.
 */
export function computeTrait(rule: ComputedRule, measures: MeasureState, deps: Moments): KnownTrait | undefined {
	const { measure, windowMs } = rule;
	const from = windowMs === undefined ? 0 : bucketAt(deps.now.getTime() - windowMs, measure.spec);
	const buckets = Object.entries(measures[measure.key] ?? {}).flatMap(([at, bucket]) =>
		Number(at) >= from ? [bucket] : [],
	);
	const [first, ...others] = buckets;
	if (!first) return undefined;
	const whole = others.reduce((sum, one) => joinBuckets(sum, one, deps.placeOf), first);
	const computed = COMPUTED[rule.compute](inWindow(whole, rule, deps.now), deps);
	return computed && shown(computed, rule);
}

/** The last event has no stretch: whether it is in the window is told by its own time. */
function inWindow(bucket: Bucket, { windowMs }: ComputedRule, now: Date): Bucket {
	if (!bucket.last || windowMs === undefined) return bucket;
	return Date.parse(bucket.last.at) >= now.getTime() - windowMs ? bucket : {};
}

function shown({ moment, ...computed }: Computed, { rule }: ComputedRule): KnownTrait {
	const from = moment && { at: moment.at, messageId: moment.messageId, source: moment.source };
	return { ...computed, ...from, rule };
}

const COMPUTED: { readonly [compute in Computation]: (bucket: Bucket, deps: Moments) => Computed | undefined } = {
	count: ({ n }) => plain(n),
	sum: ({ sum }) => plain(sum === undefined ? undefined : Number(sum)),
	avg: ({ sum, n = 0 }) => plain(sum === undefined ? undefined : Number(sum) / n),
	min: ({ min }) => plain(min),
	max: ({ max }) => plain(max),
	first: ({ first }) => saidAt(first),
	last: ({ last }) => saidAt(last),
	days_since: ({ last: moment }, { now }) =>
		moment && { value: Math.max(0, Math.floor((now.getTime() - Date.parse(moment.at)) / DAY)), moment },
	most_frequent: ({ values }, { placeOf }) => {
		const [best] = counted(values, placeOf).sort((x, y) => y.count - x.count || compareValues(x.value, y.value));
		return plain(best?.value);
	},
	unique_list: ({ values }, { placeOf }) =>
		values && {
			value: counted(values, placeOf)
				.map(({ value }) => value)
				.sort(compareValues),
		},
	unique_count: ({ values }, { placeOf }) => values && countDifferent(Object.keys(values), placeOf),
};

const plain = (value: Json | undefined): Computed | undefined => (value === undefined ? undefined : { value });
const saidAt = (moment: Moment | undefined): Computed | undefined =>
	moment?.value === undefined ? undefined : { value: moment.value, moment };

function counted(values: Bucket["values"] = {}, placeOf: PlaceOf): { value: Scalar; count: number }[] {
	const keys = Object.keys(values);
	const chosen = keys.length > MAX_COUNTED ? byPlace(keys, placeOf).slice(0, MAX_COUNTED) : keys;
	return chosen.map((key) => ({ value: valueOfKey(key), count: values[key] ?? 0 }));
}

/** As places lie evenly between 0 and 1, how near to 0 the hundred-and-first is tells how many there are. */
function countDifferent(keys: readonly string[], placeOf: PlaceOf): Computed {
	if (keys.length <= MAX_COUNTED) return { value: keys.length };
	const [last] = byPlace(keys, placeOf).slice(MAX_COUNTED);
	return { value: Math.round(MAX_COUNTED / (last === undefined ? 1 : placeOf(last))), estimated: true };
}
