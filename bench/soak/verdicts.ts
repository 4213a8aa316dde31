import type { Overloaded, Soaked } from "./phases.ts";
import { isGrowing, type Point, sparkline, trendOf } from "./trend.ts";

/** One thing that was looked at: its course, what became of it, and whether that is as it should be. */
export type Verdict = {
	readonly what: string;
	readonly unit: string;
	readonly line: string;
	readonly first: number;
	readonly last: number;
	readonly words: string;
	readonly isGood: boolean;
};

/** The beginning does not count: memory fills until the collector of garbage knows how much there is. */
const SETTLED_AFTER = 0.25;
/** What grows with data costs each event of the second half as much as one of the first, within this. */
const MORE_AN_EVENT = 1.25;
/** One file of the archive that is full and not packed yet: it comes and goes, and is a large part of what a short run adds. */
const UNPACKED_BYTES = 16 * 1024 * 1024;
const LEAST_SAMPLES = 12;

/**
 * Judges a soak. Flat: no trend by Mann and Kendall's test at 1 %, or one that over the whole time is less than a tenth of
 * what there is (Theil and Sen's slope). Grows with data: an event of the second half takes no more room than 1.25 times
 * one of the first, and one file of the archive that is not packed yet.
 */
export function judgeSoak({ samples, others, leftOut }: Soaked): Verdict[] {
	const settled = samples.filter(({ at }) => at >= SETTLED_AFTER * (samples.at(-1)?.at ?? 0));
	if (settled.length < LEAST_SAMPLES)
		throw new Error(`${settled.length} samples are too few to judge: let it run longer`);
	type Name = "p50" | "p99" | "memoryMb" | "handles" | "databaseMb" | "archiveMb";
	const points = (name: Name): Point[] =>
		settled.flatMap((one) => (one[name] === undefined ? [] : [{ at: one.at, value: one[name] }]));
	const course = (name: Name) => {
		const values = samples.flatMap((one) => one[name] ?? []);
		return { line: sparkline(values), first: values[0] ?? 0, last: values.at(-1) ?? 0 };
	};
	const flat = (what: string, unit: string, name: Name): Verdict => {
		const trend = trendOf(points(name));
		const isGood = !isGrowing(trend);
		const share = trend.median === 0 ? 0 : (100 * trend.growth) / trend.median;
		const words = `${isGood ? "flat" : "GROWS"}: ${share.toFixed(1)} % over the time, z ${trend.z.toFixed(1)}`;
		return { what, unit, ...course(name), words, isGood };
	};
	const events = (settled.at(-1)?.events ?? 0) - (settled[0]?.events ?? 0);
	const withData = (what: string, name: "databaseMb" | "archiveMb", comesAndGoes: number): Verdict => {
		const perEvent = bytesAnEvent(settled.map((one) => ({ at: one.events, value: one[name] * 1024 * 1024 })));
		const more = perEvent.second - Math.max(perEvent.first, 1) * MORE_AN_EVENT;
		const isGood = more * (events / 2) <= comesAndGoes;
		const [then, now] = [perEvent.first, perEvent.second].map((bytes) => bytes.toFixed(0));
		return {
			what,
			unit: "MB",
			...course(name),
			words: `${isGood ? "grows with data" : "GROWS FASTER"}: ${then}, then ${now} bytes an event`,
			isGood,
		};
	};
	const refused = Object.entries(others).map(([status, times]) => `${status} × ${times}`);
	const sent = { line: "", first: 0, last: samples.at(-1)?.events ?? 0 };
	return [
		flat("answer, median", "ms", "p50"),
		flat("answer, 99 of 100", "ms", "p99"),
		flat("memory", "MB", "memoryMb"),
		...(points("handles").length > 0 ? [flat("file handles", "", "handles")] : []),
		withData("database", "databaseMb", 0),
		withData("archive", "archiveMb", UNPACKED_BYTES),
		{
			what: "events accepted",
			unit: "",
			...sent,
			words:
				refused.length + leftOut === 0 ? "all of them" : `not: ${[...refused, `left out × ${leftOut}`].join(", ")}`,
			isGood: refused.length + leftOut === 0,
		},
	];
}

/** Bytes an event in the first half of the events and in the second. */
function bytesAnEvent(points: readonly Point[]): { readonly first: number; readonly second: number } {
	const middle = Math.floor(points.length / 2);
	const slope = (some: readonly Point[]) => Math.max(0, trendOf(some).slope);
	return { first: slope(points.slice(0, middle + 1)), second: slope(points.slice(middle)) };
}

/** Judges an overload, a line each. */
export function judgeOverload(over: Overloaded): { readonly words: string; readonly isGood: boolean }[] {
	const { answers, toldWhen, accepted, archived, distinct, counted } = over;
	const refused = answers[429] ?? 0;
	const strange = Object.entries(answers).filter(([status]) => status !== "200" && status !== "429");
	return [
		{
			words: `${refused} requests were answered 429, ${toldWhen} of them with Retry-After`,
			isGood: refused > 0 && toldWhen === refused,
		},
		{
			words: `${strange.reduce((sum, [, times]) => sum + times, 0)} were answered anything but 200 or 429`,
			isGood: strange.length === 0,
		},
		{
			words: `of ${accepted} accepted events ${archived} are in the archive, ${distinct} different ones`,
			isGood: archived === accepted && distinct === accepted,
		},
		{ words: `${counted} are on their profiles`, isGood: counted === accepted },
	];
}
