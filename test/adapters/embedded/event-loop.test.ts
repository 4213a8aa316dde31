import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { breathe } from "#adapters/embedded/event-loop.ts";

const work = (ms: number): void => {
	const end = performance.now() + ms;
	while (performance.now() < end);
};

describe("breathe", () => {
	it("lets timers run while one caller goes on and on", async () => {
		let ticks = 0;
		const timer = setInterval(() => ticks++, 1);
		for (let n = 0; n < 60; n++) {
			await breathe();
			work(1);
		}
		clearInterval(timer);
		expect(ticks).toBeGreaterThan(3);
	});

	it("costs no turn of the loop while the turn is young", async () => {
		const turns: boolean[] = [];
		// On a busy machine a turn may be old before it has done anything: one that is not is enough.
		for (let attempt = 0; attempt < 10; attempt++) {
			await sleep(1);
			let turned = false;
			setImmediate(() => {
				turned = true;
			});
			for (let n = 0; n < 100; n++) await breathe();
			turns.push(turned);
		}
		expect(turns).toContain(false);
	});
});
