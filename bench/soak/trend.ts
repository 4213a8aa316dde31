/** One reading: when (seconds since the beginning) and what. */
export type Point = { readonly at: number; readonly value: number };

/**
 * Where a row of readings leads. `slope` is Theil and Sen's: the median of the slopes between all pairs, which single bursts
 * do not move. `z` is Mann and Kendall's test of whether there is a trend at all: beyond 2.58 either way chance alone would
 * show as much in one of a hundred rows.
 */
export type Trend = { readonly slope: number; readonly z: number; readonly growth: number; readonly median: number };

/** Readings that are looked at, at most: pairs grow with the square. */
const MOST = 400;
/** One in a hundred, two-sided. */
const SIGNIFICANT = 2.58;
/** What grows by less than this share of itself over the whole time is flat, whatever the test says of so small a trend. */
const NOTHING = 0.1;

export function trendOf(all: readonly Point[]): Trend {
	const step = Math.max(1, Math.ceil(all.length / MOST));
	const points = all.filter((_, n) => n % step === 0);
	const slopes: number[] = [];
	let signs = 0;
	for (const [n, one] of points.entries()) {
		for (const later of points.slice(n + 1)) {
			if (later.at === one.at) continue;
			slopes.push((later.value - one.value) / (later.at - one.at));
			signs += Math.sign(later.value - one.value);
		}
	}
	const slope = medianOf(slopes);
	const seconds = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
	return { slope, z: zOf(signs, points), growth: slope * seconds, median: medianOf(points.map(({ value }) => value)) };
}

/** The test's number, with the correction for readings that are the same. */
function zOf(signs: number, points: readonly Point[]): number {
	const part = (n: number) => n * (n - 1) * (2 * n + 5);
	const ties = [...Map.groupBy(points, ({ value }) => value).values()].reduce(
		(sum, same) => sum + part(same.length),
		0,
	);
	const variance = (part(points.length) - ties) / 18;
	return variance <= 0 ? 0 : (signs - Math.sign(signs)) / Math.sqrt(variance);
}

/** Whether there is a trend upwards that is more than nothing and more than chance. */
export const isGrowing = ({ z, growth, median }: Trend): boolean =>
	z > SIGNIFICANT && growth > NOTHING * Math.abs(median);

function medianOf(values: readonly number[]): number {
	const sorted = values.toSorted((x, y) => x - y);
	const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
	return (low + high) / 2;
}

const BARS = "▁▂▃▄▅▆▇█";

/** Readings as a line of little bars, each the mean of its share of them. */
export function sparkline(values: readonly number[], width = 40): string {
	const size = Math.max(1, Math.ceil(values.length / width));
	const means = Array.from({ length: Math.ceil(values.length / size) }, (_, n) => {
		const some = values.slice(n * size, (n + 1) * size);
		return some.reduce((sum, value) => sum + value, 0) / some.length;
	});
	const [least, most] = [Math.min(...means), Math.max(...means)];
	const bar = (mean: number) =>
		BARS[most === least ? 0 : Math.round(((mean - least) / (most - least)) * (BARS.length - 1))];
	return means.map(bar).join("");
}
