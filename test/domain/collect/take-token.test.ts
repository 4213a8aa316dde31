import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, takeToken } from "#domain/collect/take-token.ts";

const rate = { perSecond: 2, burst: 3 };

/** The waits of requests that came at these milliseconds. */
function waits(times: readonly number[], given = rate): number[] {
	let bucket: Bucket | undefined;
	return times.map((now) => {
		const taken = takeToken(bucket, given, now);
		bucket = taken.bucket;
		return taken.waitSeconds;
	});
}

describe("takeToken", () => {
	it.each([
		{ what: "a burst at once", times: [0, 0, 0], expected: [0, 0, 0] },
		{ what: "no more than the burst", times: [0, 0, 0, 0], expected: [0, 0, 0, 1] },
		{ what: "the rate after the burst", times: [0, 0, 0, 499, 500, 501], expected: [0, 0, 0, 1, 0, 1] },
		{
			what: "a full burst again after a pause",
			times: [0, 0, 0, 9000, 9000, 9000, 9000],
			expected: [0, 0, 0, 0, 0, 0, 1],
		},
		{ what: "nothing for a clock that goes back", times: [5000, 5000, 5000, 1000, 1499], expected: [0, 0, 0, 1, 1] },
	])("lets through $what", ({ times, expected }) => {
		expect(waits(times)).toEqual(expected);
	});

	it("says how long a slow source must wait", () => {
		expect(waits([0, 0, 2500], { perSecond: 0.1, burst: 1 })).toEqual([0, 10, 8]);
	});

	it("lets no more through than the burst and what came since", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(5000)), (gaps) => {
				let now = 0;
				const times = gaps.map((gap) => (now += gap));
				const through = waits(times).filter((wait) => wait === 0).length;
				expect(through).toBeLessThanOrEqual(
					rate.burst + (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000) * rate.perSecond + 1e-6,
				);
			}),
		);
	});

	it("lets a request through that waited as long as it was told", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(800), { minLength: 1 }), (gaps) => {
				let now = 0;
				const times = gaps.map((gap) => (now += gap));
				const wait = waits([...times, now, now, now, now]).at(-1) ?? 0;
				expect(wait).toBeGreaterThan(0);
				expect(waits([...times, now, now, now, now, now + wait * 1000]).at(-1)).toBe(0);
			}),
		);
	});
});
