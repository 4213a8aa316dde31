import { describe, expect, it } from "vitest";
import type { SharedRates } from "#domain/collect/shared-rates.ts";
import { aCollector, aSource, SECRET_KEY } from "./collector.ts";
import { basic } from "./http-event.ts";

const RATE = { perSecond: 50, burst: 50 };
const START = Date.parse("2026-10-09T08:53:20.000Z");

/** Counts that all copies share, as the table keeps them; `told` is how often somebody asked it. */
function theCounts(isAway = () => false) {
	const counts = new Map<string, number>();
	let told = 0;
	const rates: SharedRates = {
		async tell(source, { window, requests }) {
			told++;
			if (isAway()) throw new Error("throttled");
			const key = (of: number) => `${source}/${of}`;
			counts.set(key(window), (counts.get(key(window)) ?? 0) + requests);
			return { before: counts.get(key(window - 1)) ?? 0, now: counts.get(key(window)) ?? 0 };
		},
	};
	return { rates, told: () => told };
}

/** Copies of the collector that get requests in turn; answers how many of a second's were let through, second by second. */
async function load(of: { copies: number; perSecond: number; seconds: number; rates: SharedRates }) {
	let time = START;
	const sources = [aSource({ rate: RATE })];
	const copies = Array.from({ length: of.copies }, () =>
		aCollector({ sources, rates: of.rates, now: () => new Date(time) }),
	);
	const copyAt = (n: number) => copies[n % copies.length] ?? aCollector();
	const request = { path: "/v1/track", headers: basic(SECRET_KEY), body: '{"userId":"ada","event":"Came"}' };
	const through: number[] = [];
	const waits: number[] = [];
	for (let n = 0; n < of.seconds * of.perSecond; n++) {
		time = START + (n * 1000) / of.perSecond;
		const { status, headers } = await copyAt(n).send(request);
		const second = Math.floor(n / of.perSecond);
		through[second] = (through[second] ?? 0) + (status === 200 ? 1 : 0);
		if (status !== 200) {
			expect(status).toBe(429);
			waits.push(Number(headers["retry-after"]));
		}
	}
	return { through, waits };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

describe("a source's rate, over many copies of the collector", () => {
	it("holds for all of them together within seconds, not for each", async () => {
		const { through, waits } = await load({ copies: 8, perSecond: 400, seconds: 20, rates: theCounts().rates });
		const settled = through.slice(10);
		expect(sum(settled) / settled.length).toBeGreaterThan(RATE.perSecond * 0.8);
		expect(sum(settled) / settled.length).toBeLessThan(RATE.perSecond * 1.2);
		expect(waits.length).toBeGreaterThan(0);
		expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
		expect(Math.max(...waits)).toBeLessThanOrEqual(5);
	});

	it("is in nobody's way while all of them together stay below it", async () => {
		const { through } = await load({ copies: 8, perSecond: 48, seconds: 12, rates: theCounts().rates });
		expect(sum(through)).toBe(48 * 12);
	});

	it("is what each copy knows, while the counts are away: nobody is refused for that, and they are asked seldom", async () => {
		const { rates, told } = theCounts(() => true);
		const { through } = await load({ copies: 2, perSecond: 80, seconds: 12, rates });
		expect(sum(through)).toBe(80 * 12);
		expect(told()).toBeLessThanOrEqual(2 * 3);
	});

	it("costs nothing for a source that is quiet, and a word a second and copy for one that is busy", async () => {
		const quiet = theCounts();
		await load({ copies: 8, perSecond: 1, seconds: 12, rates: quiet.rates });
		expect(quiet.told()).toBe(0);
		const busy = theCounts();
		await load({ copies: 2, perSecond: 200, seconds: 10, rates: busy.rates });
		expect(busy.told()).toBeGreaterThan(10);
		expect(busy.told()).toBeLessThanOrEqual(2 * 11);
	});

	it("never keeps an answer waiting for counts that do not come", async () => {
		const rates: SharedRates = { tell: () => new Promise(() => {}) };
		const started = Date.now();
		const { through } = await load({ copies: 1, perSecond: 40, seconds: 1, rates });
		expect(sum(through)).toBe(40);
		expect(Date.now() - started).toBeLessThan(40 * 1000);
	});
});
