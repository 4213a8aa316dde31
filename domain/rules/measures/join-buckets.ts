import type { Bucket } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { byTime } from "./by-time.ts";
import { addDecimals } from "./exact-sum.ts";
import { MAX_SAID, MAX_STEPS, MAX_UPLOADS } from "./measure-spec.ts";
import { byPlace, type PlaceOf } from "./places.ts";

/** Of so many different values each is counted; beyond them, only the number of different values is known, nearly. */
export const MAX_COUNTED = 100;

/** One more is kept, to know that there are more. */
const MAX_KEPT = MAX_COUNTED + 1;

type Full = Required<Bucket>;
type Writable = { -readonly [F in keyof Full]?: Full[F] };
type Said = NonNullable<Bucket["said"]>;
type Steps = NonNullable<Bucket["steps"]>;
type Table = NonNullable<Bucket["values"]>;

/** What the events of both add up to, in whatever order they are joined and grouped. */
export function joinBuckets(x: Bucket, y: Bucket, placeOf: PlaceOf): Bucket {
	const joined: Writable = { ...x };
	for (const field of Object.keys(y) as (keyof Bucket)[]) joinField(field, { joined, y, placeOf }); // buckets have no other fields
	return joined;
}

type Joining = { readonly joined: Writable; readonly y: Bucket; readonly placeOf: PlaceOf };

function joinField<F extends keyof Full>(field: F, { joined, y, placeOf }: Joining): void {
	const known: Full[F] | undefined = joined[field];
	const more = y[field] as Full[F] | undefined; // the same type, which the compiler does not see
	if (more !== undefined) joined[field] = known === undefined ? more : JOIN[field](known, more, placeOf);
}

const JOIN: { readonly [F in keyof Full]: (x: Full[F], y: Full[F], placeOf: PlaceOf) => Full[F] } = {
	n: (x, y) => x + y,
	sum: addDecimals,
	min: (x, y) => Math.min(x, y),
	max: (x, y) => Math.max(x, y),
	first: (x, y) => (byTime(x, y) <= 0 ? x : y),
	last: (x, y) => (byTime(x, y) >= 0 ? x : y),
	said: (x, y) => lastSaid([...x, ...y]),
	steps: (x, y) => lastSteps([...x, ...y]),
	uploads: (x, y) => lastUploads([...x, ...y]),
	values: addTables,
};

/** Sayings in order: by time, and at the same millisecond the one that is not as asked last. The latest 64. */
const lastSaid = (all: Said[number][]): Said => all.sort((x, y) => x[0] - y[0] || y[1] - x[1]).slice(-MAX_SAID);

/** Steps in order: by time, then by which steps they are, then by key (code points; without one first). The latest 50. */
const lastSteps = (all: Steps[number][]): Steps =>
	all
		.sort(([xAt, x, xKey = ""], [yAt, y, yKey = ""]) => xAt - yAt || x - y || compareText(xKey, yKey))
		.slice(-MAX_STEPS);

const lastUploads = (all: readonly number[]): readonly number[] =>
	[...new Set(all)].sort((x, y) => x - y).slice(-MAX_UPLOADS);

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

/**
 * The same without the sayings and steps that are not among the latest of all stretches together; the very same where
 * nothing is to be left out. What is left out of a part is among the latest of no whole, so that order means nothing here either.
 */
export function withoutTheOldest(buckets: { readonly [bucket: string]: Bucket }): {
	readonly [bucket: string]: Bucket;
} {
	const parts = Object.entries(buckets);
	const limit = parts.some(([, { said }]) => said) ? MAX_SAID : MAX_STEPS;
	const length = parts.reduce((sum, [, { said, steps }]) => sum + (said ?? steps ?? []).length, 0);
	if (length <= limit) return buckets;
	let room = limit;
	const kept = parts
		.sort(([x], [y]) => Number(y) - Number(x))
		.flatMap(([at, bucket]): typeof parts => {
			const last = latestOf(bucket, room);
			room -= Math.min(room, (bucket.said ?? bucket.steps ?? []).length);
			return last ? [[at, last]] : [];
		});
	return Object.fromEntries(kept);
}

function latestOf(bucket: Bucket, room: number): Bucket | undefined {
	const { said, steps } = bucket;
	if (room === 0) return undefined;
	return { ...bucket, ...(said && { said: said.slice(-room) }), ...(steps && { steps: steps.slice(-room) }) };
}
