import { describe, expect, it } from "vitest";
import { type CanaryEvent, canaryEvent } from "#domain/watch/canary-event.ts";
import type { Answer } from "#domain/watch/ports.ts";
import { sendCanary, timeWay } from "#domain/watch/send-canary.ts";

const BEGUN = new Date("2026-11-22T07:33:04.500Z");

/** A clock that only the collector, looking and waiting turn. */
function aClock() {
	let time = BEGUN.getTime();
	const turn = (milliseconds: number) => {
		time += milliseconds;
	};
	return { now: () => new Date(time), turn };
}

describe("canaryEvent", () => {
	it("is named for its minute, so that whoever is called in the next one can name it", () => {
		expect(canaryEvent(BEGUN)).toEqual({
			event: "Canary Sent",
			messageId: "canary-2026-11-22T07:33Z",
			anonymousId: "tutti-canary",
			integrations: { All: false },
		});
		expect(canaryEvent(new Date("2026-11-22T07:33:59.999Z"))).toEqual(canaryEvent(BEGUN));
		expect(canaryEvent(new Date("2026-11-22T07:34:00.000Z"))).not.toEqual(canaryEvent(BEGUN));
	});
});

describe("sendCanary", () => {
	async function send(answer: Answer) {
		const { now, turn } = aClock();
		const sent: CanaryEvent[] = [];
		const collector = {
			send: async (event: CanaryEvent) => {
				sent.push(event);
				turn(30);
				return answer;
			},
		};
		return { departure: await sendCanary(canaryEvent(BEGUN), { collector, now }), sent };
	}
	const messageId = "canary-2026-11-22T07:33Z";

	it("sends one event and says how long the answer took", async () => {
		const { departure, sent } = await send({ kind: "answered", status: 200 });
		expect(departure).toEqual({ kind: "accepted", messageId, sentAt: BEGUN, answeredMs: 30 });
		expect(sent).toEqual([canaryEvent(BEGUN)]);
	});

	it.each([429, 503, 401, 302])("says that it was refused with %d", async (status) => {
		const { departure } = await send({ kind: "answered", status });
		expect(departure).toEqual({ kind: "refused", messageId, status, answeredMs: 30 });
	});

	it("says why there was no answer", async () => {
		const { departure } = await send({ kind: "unanswered", reason: "timeout" });
		expect(departure).toEqual({ kind: "unanswered", messageId, reason: "timeout" });
	});
});

describe("timeWay", () => {
	async function time(readableAfterMs = Number.POSITIVE_INFINITY) {
		const { now, turn } = aClock();
		let looks = 0;
		const sight = {
			has: async (messageId: string) => {
				looks++;
				turn(5);
				return messageId === "sent" && now().getTime() - BEGUN.getTime() >= readableAfterMs;
			},
		};
		const sleep = async (milliseconds: number) => turn(milliseconds);
		const way = await timeWay({ messageId: "sent", sentAt: BEGUN }, { sight, now, sleep, patienceMs: 45_000 });
		return { way, looks };
	}

	it.each([60, 300, 900, 5000, 40_000])(
		"sees what is readable after %d ms less than half a second later",
		async (readableAfterMs) => {
			const { way, looks } = await time(readableAfterMs);
			expect(way.isReadable).toBe(true);
			expect(way.readableMs).toBeGreaterThanOrEqual(readableAfterMs);
			expect(way.readableMs - readableAfterMs).toBeLessThan(500);
			expect(looks).toBeLessThan(3 + readableAfterMs / 400);
		},
	);

	it("gives it up when its profile does not have it in time, and says how long that was", async () => {
		const { way, looks } = await time();
		expect(way.isReadable).toBe(false);
		expect(way.readableMs).toBeGreaterThanOrEqual(45_000);
		expect(looks).toBeLessThan(120);
	});
});
