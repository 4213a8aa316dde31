import type { Bucket, MeasureState } from "#domain/model/profile.ts";
import { addDecimals } from "#domain/rules/measures/exact-sum.ts";
import type { AskedLeaf } from "./asked.ts";
import { compileComparison } from "./compile-comparison.ts";
import type { Facts } from "./compiled.ts";
import type { LeafNode, Window } from "./condition-tree.ts";
import { NEVER, type Span } from "./spans.ts";

type CountNode = Extract<LeafNode, { kind: "count" }>;
type StatsNode = Extract<LeafNode, { kind: "sum" | "avg" | "min" | "max" }>;

/** What is kept for a measure in a profile, by stretches of time. */
type Stretches = MeasureState[string] | undefined;
/** The numbers of the stretches that count: from (included) to (excluded). */
type Reach = (now: number) => Span;

/** How often something happened in a window. */
export function askCount({ measure: { bucketMs }, window, is }: CountNode, key: string): AskedLeaf {
	const meets = compileComparison(is);
	const countAt = counterOf(key, reachOf(window, bucketMs));
	return {
		test: (facts, now) => meets(countAt(facts, now), now),
		nextChange: (facts, now) => {
			let count = countAt(facts, now);
			const isMet = meets(count, now);
			return firstOf(movesAfter(now, facts.measures?.[key], { window, bucketMs }), ({ bucket: { n = 0 }, enters }) => {
				count += enters ? n : -n;
				return () => meets(count, now) !== isMet;
			});
		},
		isTimed: window.kind !== "ever",
		values: (facts, now) => ({ count: countAt(facts, now) }),
	};
}

function counterOf(key: string, reach: Reach): (facts: Facts, now: number) => number {
	return ({ measures }, now) => {
		const stretches = measures?.[key];
		if (stretches === undefined) return 0;
		const [from, until] = reach(now);
		let count = 0;
		for (const at in stretches) if (Number(at) >= from && Number(at) < until) count += stretches[at]?.n ?? 0;
		return count;
	};
}

/** What the numbers in a field come to in a window. */
export function askStats({ kind, measure: { bucketMs }, window, is }: StatsNode, key: string): AskedLeaf {
	const meets = compileComparison(is);
	const reach = reachOf(window, bucketMs);
	const valueAt = (stretches: Stretches, now: number) => AMOUNTS[kind](within(stretches, reach(now)));
	const test = (stretches: Stretches, now: number) => meets(valueAt(stretches, now), now);
	return {
		test: ({ measures }, now) => test(measures?.[key], now),
		nextChange: ({ measures }, now) => {
			const stretches = measures?.[key];
			const isMet = test(stretches, now);
			return firstOf(movesAfter(now, stretches, { window, bucketMs }), ({ at }) => {
				return () => test(stretches, at) !== isMet;
			});
		},
		isTimed: window.kind !== "ever",
		values: ({ measures }, now) => ({ [kind]: valueAt(measures?.[key], now) ?? null }),
	};
}

const AMOUNTS: { readonly [kind in StatsNode["kind"]]: (buckets: readonly Bucket[]) => number | undefined } = {
	sum: (buckets) => sumOf(buckets),
	avg: (buckets) => {
		const sum = sumOf(buckets);
		return sum === undefined ? undefined : sum / buckets.reduce((all, { n = 0 }) => all + n, 0);
	},
	min: (buckets) => best(buckets, "min", Math.min),
	max: (buckets) => best(buckets, "max", Math.max),
};

/** Of no number there is none. */
function sumOf(buckets: readonly Bucket[]): number | undefined {
	const sums = buckets.flatMap(({ sum }) => sum ?? []);
	return sums.length === 0 ? undefined : Number(sums.reduce(addDecimals));
}

function best(buckets: readonly Bucket[], of: "min" | "max", choose: (x: number, y: number) => number) {
	const numbers = buckets.flatMap((bucket) => bucket[of] ?? []);
	return numbers.length === 0 ? undefined : numbers.reduce((x, y) => choose(x, y));
}

const within = (stretches: Stretches, [from, until]: Span): readonly Bucket[] =>
	Object.entries(stretches ?? {}).flatMap(([at, bucket]) => (Number(at) >= from && Number(at) < until ? [bucket] : []));

/** Which stretches count at a moment. */
function reachOf(window: Window, bucketMs: number): Reach {
	switch (window.kind) {
		case "ever":
			return () => [0, NEVER];
		case "within":
			return (now) => [Math.floor((now - window.ms) / bucketMs), NEVER];
		case "between":
			return (now) => [Math.floor((now - window.fromMs) / bucketMs), Math.floor((now - window.toMs) / bucketMs)];
	}
}

/** A stretch that comes into the window, or leaves it, at a moment. */
type Move = { readonly at: number; readonly bucket: Bucket; readonly enters: boolean };

/** All that time alone will do to a window, in the order of time. */
function movesAfter(
	now: number,
	stretches: Stretches,
	{ window, bucketMs }: { readonly window: Window; readonly bucketMs: number },
): readonly Move[] {
	if (window.kind === "ever" || stretches === undefined) return [];
	const moves: Move[] = [];
	for (const [k, bucket] of Object.entries(stretches)) {
		const end = (Number(k) + 1) * bucketMs;
		const [enters, leaves] =
			window.kind === "within" ? [-NEVER, end + window.ms] : [end + window.toMs, end + window.fromMs];
		if (enters > now) moves.push({ at: enters, bucket, enters: true });
		if (leaves > now) moves.push({ at: leaves, bucket, enters: false });
	}
	return moves.sort((x, y) => x.at - y.at);
}

/** The first moment, all of whose moves done, at which what `make` answers says yes. */
function firstOf(moves: readonly Move[], make: (move: Move) => () => boolean): number {
	for (const [i, move] of moves.entries()) {
		const isChanged = make(move);
		if (moves[i + 1]?.at !== move.at && isChanged()) return move.at;
	}
	return NEVER;
}
