import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTimeToTell, shared, shareOf, WINDOW_SECONDS, windowAt } from "#domain/collect/share-rate.ts";

const rate = { perSecond: 100, burst: 200 };
/** In the middle of a window: 7.5 seconds since the beginning of the one before. */
const now = (windowAt(1_791_536_000_000) + 0.5) * WINDOW_SECONDS * 1000;

describe("shareOf", () => {
	it.each([
		{ when: "nobody is asked anything", own: [0, 0], all: [0, 0], share: 1 },
		{ when: "all together are asked just the rate", own: [100, 0], all: [500, 250], share: 1 },
		{ when: "all together are asked more", own: [100, 100], all: [600, 400], share: 0.2 },
		{ when: "all of too much is its own", own: [600, 400], all: [600, 400], share: 1 },
		{ when: "others' counts are not there yet", own: [600, 400], all: [0, 400], share: 1 },
	])("is $share when $when", ({ own: [b = 0, n = 0], all: [before = 0, after = 0], share }) => {
		expect(shareOf({ before: b, now: n }, { before, now: after }, { rate, now })).toBe(share);
	});

	it("lets all processes together have the rate, and no more, whatever each is asked", () => {
		const asked = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 50 });
		fc.assert(
			fc.property(asked, (requests) => {
				const all = { before: 0, now: requests.reduce((sum, each) => sum + each) };
				const shares = requests.map((each) => shareOf({ before: 0, now: each }, all, { rate, now }));
				const isTooMuch = all.now > rate.perSecond * WINDOW_SECONDS * 1.5;
				if (!isTooMuch) return shares.every((share) => share === 1);
				return Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-9;
			}),
		);
	});
});

describe("isTimeToTell", () => {
	it.each([
		{ when: "there is hardly anything to tell", untold: 2, again: 0, tells: false },
		{ when: "there is something, for the first time", untold: 3, again: 0, tells: true },
		{ when: "it told a moment ago", untold: 300, again: now + 1, tells: false },
		{ when: "it told long enough ago", untold: 3, again: now, tells: true },
		{ when: "the clock went back by an hour", untold: 3, again: now + 3_600_000, tells: true },
	])("$tells when $when", ({ untold, again, tells }) => {
		expect(isTimeToTell(untold, again, { rate, now })).toBe(tells);
	});
});

describe("shared", () => {
	it("always leaves room for one request", () => {
		expect(shared(rate, 0.1)).toEqual({ perSecond: 10, burst: 20 });
		expect(shared(rate, 0.0001).burst).toBe(1);
	});
});
