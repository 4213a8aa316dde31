import type { Bucket, MeasureState, Moment } from "#domain/model/profile.ts";

/**
 * Measures as they are stored, each as one text: the item is the hottest there is, and one text costs less than lists do.
 *
 * Stretches of time stand in order, each as the distance from the one before in base 36, with what it holds after colons:
 * `n:sum:min:max`, without what follows from the rest. So `fiv,2:3` are one event and, two stretches later, three;
 * `0:1:19.9` is one event of 19.90. A measure that keeps moments or values is JSON: `[["0",{"v":{"$coffee":3}}]]`.
 */
export type StoredMeasures = { readonly [measure: string]: string };

/** A stretch that keeps more than numbers; moments are `[time in base 36, messageId, source, value]`. */
type StoredBucket = {
	readonly f?: StoredMoment;
	readonly l?: StoredMoment;
	readonly v?: NonNullable<Bucket["values"]>;
};
type StoredMoment = readonly [at: string, messageId: string, source: string, value?: string | number | boolean];

export const toMeasures = (state: MeasureState): StoredMeasures =>
	Object.fromEntries(Object.entries(state).map(([key, buckets]) => [key, toText(buckets)]));

export const fromMeasures = (stored: StoredMeasures): MeasureState =>
	Object.fromEntries(Object.entries(stored).map(([key, text]) => [key, fromText(text)]));

function toText(buckets: MeasureState[string]): string {
	let before = 0;
	const sorted = Object.entries(buckets)
		.sort(([x], [y]) => Number(x) - Number(y))
		.map(([at, bucket]) => {
			const distance = (Number(at) - before).toString(36);
			before = Number(at);
			return { distance, bucket };
		});
	return sorted.every(({ bucket }) => bucket.n !== undefined)
		? sorted.map(({ distance, bucket }) => [distance, ...numbersOf(bucket)].join(":")).join()
		: JSON.stringify(sorted.map(({ distance, bucket }) => [distance, storedBucket(bucket)]));
}

function fromText(text: string): MeasureState[string] {
	let at = 0;
	const parts = text.startsWith("[")
		? (JSON.parse(text) as [string, StoredBucket][]).map(([distance, stored]) => ({
				distance,
				bucket: bucketOf(stored),
			}))
		: text.split(",").map((part) => {
				const [distance = "", ...numbers] = part.split(":");
				return { distance, bucket: fromNumbers(numbers) };
			});
	return Object.fromEntries(
		parts.map(({ distance, bucket }) => {
			at += Number.parseInt(distance, 36);
			return [String(at), bucket];
		}),
	);
}

/** One event alone is the least, the greatest and the sum. */
function numbersOf({ n = 0, sum, min, max }: Bucket): string[] {
	if (sum === undefined) return n === 1 ? [] : [n.toString(36)];
	const isPlain = n === 1 && min === max && String(min) === sum;
	return [n.toString(36), sum, ...(isPlain ? [] : [String(min), String(max)])];
}

function fromNumbers([n = "1", sum, min = sum, max = sum]: readonly string[]): Bucket {
	const count = { n: Number.parseInt(n, 36) };
	return sum === undefined ? count : { ...count, sum, min: Number(min), max: Number(max) };
}

const storedBucket = ({ first, last, values }: Bucket): StoredBucket => ({
	...(first && { f: storedMoment(first) }),
	...(last && { l: storedMoment(last) }),
	...(values && { v: values }),
});

const bucketOf = ({ f, l, v }: StoredBucket): Bucket => ({
	...(f && { first: momentOf(f) }),
	...(l && { last: momentOf(l) }),
	...(v && { values: v }),
});

const storedMoment = ({ at, messageId, source, value }: Moment): StoredMoment =>
	value === undefined ? [time(at), messageId, source] : [time(at), messageId, source, value];

const momentOf = ([at, messageId, source, value]: StoredMoment): Moment => ({
	at: moment(at),
	messageId,
	source,
	...(value !== undefined && { value }),
});

/** ISO 8601 UTC as milliseconds since 1970 in base 36, and back. */
export const time = (at: string): string => Date.parse(at).toString(36);
export const moment = (base36: string): string => new Date(Number.parseInt(base36, 36)).toISOString();
