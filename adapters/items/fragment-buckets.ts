import type { Bucket, Moment } from "#domain/model/profile.ts";
import type { OriginTable, originsIn } from "./fragment-origins.ts";

/**
 * A stretch of time of a measure as it is stored. One that holds numbers only is a text, `n:sum:min:max` in the shortest
 * way: empty for one event; `3` for three; `1:19.9` for one of 19.90. All others are these fields, where there is one:
 *
 * | | holds | as |
 * |---|---|---|
 * | `n`, `s`, `a`, `z` | n, sum, min, max | |
 * | `f`, `l` | first, last | `[position of its origin, value]` |
 * | `v` | values | |
 * | `u` | uploads | |
 * | `d` | said | `[ms since the one before, isMet]` each |
 * | `p` | steps | `[ms since the one before, steps, key]` each; the key is 0 where it is that of the one before |
 */
export type StoredBucket = {
	readonly n?: number;
	readonly s?: string;
	readonly a?: number;
	readonly z?: number;
	readonly f?: StoredMoment;
	readonly l?: StoredMoment;
	readonly v?: NonNullable<Bucket["values"]>;
	readonly u?: readonly number[];
	readonly d?: readonly Saying[];
	readonly p?: readonly Step[];
};
type StoredMoment = readonly [origin: number, value?: string | number | boolean];
type Saying = NonNullable<Bucket["said"]>[number];
type Step = readonly [since: number, steps: number, key?: string | 0];

/** The text of a stretch that holds numbers only, undefined for all others. */
export function toNumbers({ n, sum, min, max, ...rest }: Bucket): string | undefined {
	if (n === undefined || isAnyOf(rest)) return undefined;
	if (!isAnyOf({ sum, min, max })) return n === 1 ? "" : n.toString(36);
	if (sum === undefined || min === undefined || max === undefined) return undefined;
	const isPlain = n === 1 && min === max && String(min) === sum; // one event alone is the least, the greatest and the sum
	return [n.toString(36), sum, ...(isPlain ? [] : [String(min), String(max)])].join(":");
}

export function fromNumbers(text: string): Bucket {
	const [count = "", sum, min = sum, max = sum] = text.split(":");
	const n = { n: count === "" ? 1 : Number.parseInt(count, 36) };
	return sum === undefined ? n : { ...n, sum, min: Number(min), max: Number(max) };
}

export function toStored(bucket: Bucket, origins: OriginTable): StoredBucket {
	const { n, sum, min, max, first, last, values, uploads, said, steps } = bucket;
	return {
		...(n !== undefined && { n }),
		...(sum !== undefined && { s: sum }),
		...(min !== undefined && { a: min }),
		...(max !== undefined && { z: max }),
		...(first && { f: toMoment(first, origins) }),
		...(last && { l: toMoment(last, origins) }),
		...(values && { v: values }),
		...(uploads && { u: uploads }),
		...(said && { d: said.map(([at, isMet], i) => [at - (said[i - 1]?.[0] ?? 0), isMet] as const) }),
		...(steps && { p: toSteps(steps) }),
	};
}

export function fromStored(
	{ n, s, a, z, f, l, v, u, d, p }: StoredBucket,
	originAt: ReturnType<typeof originsIn>,
): Bucket {
	return {
		...(n !== undefined && { n }),
		...(s !== undefined && { sum: s }),
		...(a !== undefined && { min: a }),
		...(z !== undefined && { max: z }),
		...(f && { first: fromMoment(f, originAt) }),
		...(l && { last: fromMoment(l, originAt) }),
		...(v && { values: v }),
		...(u && { uploads: u }),
		...(d && { said: fromSaid(d) }),
		...(p && { steps: fromSteps(p) }),
	};
}

const isAnyOf = (rest: object): boolean => Object.values(rest).some((value) => value !== undefined);

const toMoment = ({ value, ...origin }: Moment, origins: OriginTable): StoredMoment =>
	value === undefined ? [origins.positionOf(origin)] : [origins.positionOf(origin), value];

const fromMoment = ([position, value]: StoredMoment, originAt: ReturnType<typeof originsIn>): Moment => ({
	...originAt(position),
	...(value !== undefined && { value }),
});

function toSteps(steps: NonNullable<Bucket["steps"]>): Step[] {
	return steps.map(([at, which, key], i) => {
		const [before = 0, , keyBefore] = steps[i - 1] ?? [];
		if (key === undefined) return [at - before, which];
		return [at - before, which, key === keyBefore ? 0 : key];
	});
}

function fromSteps(stored: readonly Step[]): NonNullable<Bucket["steps"]> {
	let [at, key]: [number, string] = [0, ""];
	return stored.map(([since, which, said]) => {
		at += since;
		if (said === undefined) return [at, which];
		key = said === 0 ? key : said;
		return [at, which, key];
	});
}

function fromSaid(stored: readonly Saying[]): Saying[] {
	let at = 0;
	return stored.map(([since, isMet]) => {
		at += since;
		return [at, isMet];
	});
}
