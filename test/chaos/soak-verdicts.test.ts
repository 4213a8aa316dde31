import { describe, expect, it } from "vitest";
import type { Soaked } from "../../bench/soak/phases.ts";
import { judgeOverload, judgeSoak } from "../../bench/soak/verdicts.ts";

const MB = 1024 * 1024;
type Sample = Soaked["samples"][number];

/** Half an hour at 500 events a second, a reading every ten seconds: what should be flat trembles, the archive is packed now and then. */
const soaked = (spoil: (sample: Sample, second: number) => Partial<Sample> = () => ({})): Soaked => {
	const samples = Array.from({ length: 180 }, (_, n): Sample => {
		const at = (n + 1) * 10;
		const events = at * 500;
		const tremble = ((n * 7) % 5) / 10;
		const good = { at, events, p50: 10 + tremble, p99: 60 + tremble, memoryMb: 300 + tremble, handles: 40 + (n % 3) };
		const unpacked = (events * 430) % (16 * MB);
		const sample = { ...good, databaseMb: (events * 900) / MB, archiveMb: (events * 40 + unpacked) / MB };
		return { ...sample, ...spoil(sample, at) };
	});
	return { samples, events: 900_000, others: {}, leftOut: 0 };
};
const bad = (one: Soaked) => judgeSoak(one).flatMap(({ what, isGood }) => (isGood ? [] : [what]));

describe("the verdict on a soak", () => {
	it("is good where all is flat or grows with data", () => {
		const verdicts = judgeSoak(soaked());
		expect(verdicts.filter(({ isGood }) => !isGood)).toEqual([]);
		expect(verdicts).toHaveLength(7);
	});

	it.each<{ what: string; spoil: (sample: Sample, second: number) => Partial<Sample> }>([
		{ what: "answer, median", spoil: ({ p50 }, second) => ({ p50: p50 + second / 100 }) },
		{ what: "answer, 99 of 100", spoil: ({ p99 }, second) => ({ p99: p99 + second / 50 }) },
		{ what: "memory", spoil: ({ memoryMb }, second) => ({ memoryMb: memoryMb + second / 20 }) },
		{ what: "file handles", spoil: (_, second) => ({ handles: 40 + Math.floor(second / 60) }) },
		{ what: "database", spoil: (_, second) => ({ databaseMb: (second * second) / 2000 }) },
		{ what: "archive", spoil: ({ events, at }) => ({ archiveMb: (events * (at > 1000 ? 430 : 40)) / MB }) },
	])("finds that it is not so of: $what", ({ what, spoil }) => {
		expect(bad(soaked(spoil))).toEqual([what]);
	});

	it("finds events that were refused, or never sent", () => {
		expect(bad({ ...soaked(), others: { 503: 2 } })).toEqual(["events accepted"]);
		expect(bad({ ...soaked(), leftOut: 1 })).toEqual(["events accepted"]);
	});

	it("does not judge a handful of readings", () => {
		const { samples, ...rest } = soaked();
		expect(() => judgeSoak({ ...rest, samples: samples.slice(0, 8) })).toThrow("let it run longer");
	});
});

describe("the verdict on an overload", () => {
	const over = { seconds: 90, answers: { 200: 100, 429: 50 }, toldWhen: 50, accepted: 2000, archived: 2000 };
	const whole = { ...over, distinct: 2000, counted: 2000, recoveredIn: 1, leftOut: 0, memoryMb: 300 };
	const isGood = (spoilt: Partial<typeof whole>) => judgeOverload({ ...whole, ...spoilt }).every((one) => one.isGood);

	it("is good where what is too much is refused and the rest is there once", () => {
		expect(isGood({})).toBe(true);
	});

	it.each<{ what: string; spoilt: Partial<typeof whole> }>([
		{ what: "nothing was refused: it was no overload", spoilt: { answers: { 200: 100, 429: 0 }, toldWhen: 0 } },
		{ what: "somebody was not told when to come again", spoilt: { toldWhen: 49 } },
		{ what: "an accepted event is not in the archive", spoilt: { archived: 1999, distinct: 1999 } },
		{ what: "one is in it twice", spoilt: { archived: 2001 } },
		{ what: "one is on no profile", spoilt: { counted: 1999 } },
	])("is not where $what", ({ spoilt }) => {
		expect(isGood(spoilt)).toBe(false);
	});

	it("is not where anything else was answered", () => {
		const answers = { 200: 100, 429: 50, 500: 1 };
		expect(judgeOverload({ ...whole, answers }).every((one) => one.isGood)).toBe(false);
	});
});
