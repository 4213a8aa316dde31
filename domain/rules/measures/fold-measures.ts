import type { Bucket, MeasureState } from "#domain/model/profile.ts";
import { joinBuckets, withoutTheOldest } from "./join-buckets.ts";
import { filledKey, plainKey } from "./keep-measure.ts";
import type { KeptMeasure } from "./measure.ts";
import { type Addition, bucketAt, type MeasureBook } from "./measure-book.ts";
import type { MeasureSpec } from "./measure-spec.ts";
import { sizeOf } from "./state-size.ts";

/**
 * Characters, as `sizeOf` counts them. No person comes near; a machine that sends thousands of different values does, and from
 * there on its events are measured no more: better than an item that the store refuses, and its whole batch with it.
 */
const MAX_STATE_LENGTH = 60_000;

/** Kinds whose stretches grow with what senders put in them; all others are a few numbers each. */
const GREEDY: ReadonlySet<MeasureSpec["kind"]> = new Set(["values", "steps", "said", "first", "last"]);

/** Kinds of which the latest are kept. */
const LISTS: ReadonlySet<MeasureSpec["kind"]> = new Set(["said", "steps"]);

/** Kinds to which the same event may be added again: it says the same. */
const REPEATABLE: ReadonlySet<MeasureSpec["kind"]> = new Set(["seen", "met", "first", "last", "consent", "listed"]);

/** Whether a measure stays the same when an event is added that is in it. */
export const isRepeatable = ({ spec }: Pick<KeptMeasure, "spec">): boolean => REPEATABLE.has(spec.kind);

type Buckets = MeasureState[string];
type Deps = Pick<MeasureBook, "measures" | "placeOf"> & {
	readonly now: Date;
	/** Characters. @default 60,000 */
	readonly maxLength?: number;
};

/**
 * The state with more in it; the very same one when nothing is added. Stretches that have left every window are dropped: no
 * reading from now on looks at them, so when that is done changes no answer. When it grows too large, what nothing defines any more
 * goes, then what was added to tables and lists is left out, and then all of it.
 */
export function foldMeasures(
	known: MeasureState | undefined,
	additions: readonly Addition[],
	deps: Deps,
): MeasureState | undefined {
	if (additions.length === 0) return known;
	const state = added(known, additions, deps);
	const isFitting = (one: MeasureState) => sizeOf(one) <= (deps.maxLength ?? MAX_STATE_LENGTH);
	if (isFitting(state)) return state;
	const defined = within(Object.entries(known ?? {}), deps);
	const modest = additions.filter(({ measure }) => !GREEDY.has(measure.spec.kind));
	const choices = [added(defined, additions, deps), added(defined, modest, deps)];
	return choices.find(isFitting) ?? defined;
}

/** What is defined, and of it what any window can see. */
const within = (state: readonly (readonly [string, Buckets])[], { measures, now }: Deps): MeasureState =>
	Object.fromEntries(
		state.flatMap(([key, buckets]) => {
			const measure = measures.get(plainKey(key));
			const kept = measure && withinReach(buckets, measure, now);
			return kept && Object.keys(kept).length > 0 ? [[key, kept] as const] : [];
		}),
	);

function added(known: MeasureState | undefined, additions: readonly Addition[], { placeOf, now }: Deps): MeasureState {
	const state: { [key: string]: Buckets } = { ...known };
	for (const [measure, all] of Map.groupBy(additions, ({ measure }) => measure)) {
		const buckets: { [at: string]: Bucket } = { ...state[measure.key] };
		for (const { at, bucket } of all) {
			const before = buckets[at];
			buckets[at] = before ? joinBuckets(before, bucket, placeOf) : bucket;
		}
		const latest = LISTS.has(measure.spec.kind) ? withoutTheOldest(buckets) : buckets;
		put(state, measure.key, withinReach(latest, measure, now));
		const filled = state[filledKey(measure.key)];
		if (filled) put(state, filledKey(measure.key), withinReach(filled, measure, now));
	}
	return state;
}

function put(state: { [key: string]: Buckets }, key: string, buckets: Buckets): void {
	if (Object.keys(buckets).length > 0) state[key] = buckets;
	else delete state[key];
}

/** The stretches that a reading from now on may look at; the very same ones when these are all. */
export function withinReach(
	buckets: Buckets,
	{ spec, keptMs }: Pick<KeptMeasure, "spec" | "keptMs">,
	now: Date,
): Buckets {
	if (spec.bucketMs === 0 || !Number.isFinite(keptMs)) return buckets;
	// one stretch more than a reading looks at: clocks differ a little
	const first = bucketAt(now.getTime() - keptMs, spec) - 1;
	// names that are numbers stand in their order
	for (const at in buckets) {
		if (Number(at) >= first) return buckets;
		break;
	}
	return Object.fromEntries(Object.entries(buckets).filter(([at]) => Number(at) >= first));
}

/** What is kept in several fragments as one, what was filled in included; by plain keys. */
export function joinMeasures(
	states: readonly (MeasureState | undefined)[],
	{ placeOf }: Pick<MeasureBook, "placeOf">,
): MeasureState {
	const entries = states.flatMap((state) => Object.entries(state ?? {}));
	const joined = new Map<string, Buckets>();
	for (const [stored, buckets] of entries) {
		const key = plainKey(stored);
		const before = joined.get(key);
		joined.set(key, before ? withoutTheOldest(joinStretches(before, buckets, { placeOf })) : buckets);
	}
	return Object.fromEntries(joined);
}

function joinStretches(x: Buckets, y: Buckets, { placeOf }: Pick<MeasureBook, "placeOf">): Buckets {
	const joined: { [at: string]: Bucket } = { ...x };
	for (const [at, bucket] of Object.entries(y)) {
		const before = joined[at];
		joined[at] = before ? joinBuckets(before, bucket, placeOf) : bucket;
	}
	return joined;
}
