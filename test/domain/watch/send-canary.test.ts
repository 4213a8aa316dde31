import { describe, expect, it } from "vitest";
import type { CanaryEvent } from "#domain/watch/canary-event.ts";
import type { Answer } from "#domain/watch/ports.ts";
import { sendCanary } from "#domain/watch/send-canary.ts";

type World = { answer?: Answer; answerMs?: number; readableAfterMs?: number; lookMs?: number };

/** A clock that only the collector, looking and waiting turn. */
function fly({ answer = { kind: "answered", status: 200 }, answerMs = 30, lookMs = 5, ...world }: World = {}) {
	const { readableAfterMs = Number.POSITIVE_INFINITY } = world;
	let time = 1_000_000;
	const sent: CanaryEvent[] = [];
	let looks = 0;
	const flight = sendCanary({
		collector: {
			send: async (event) => {
				sent.push(event);
				time += answerMs;
				return answer;
			},
		},
		sight: {
			has: async (messageId) => {
				looks++;
				time += lookMs;
				return messageId === sent[0]?.messageId && time - 1_000_000 >= readableAfterMs;
			},
		},
		now: () => new Date(time),
		newId: () => "id",
		sleep: async (milliseconds) => {
			time += milliseconds;
		},
		patienceMs: 45_000,
	});
	return flight.then((ended) => ({ ended, sent, looks }));
}

describe("sendCanary", () => {
	it("measures until its event was answered, and until its profile had it", async () => {
		const { ended, sent } = await fly({ readableAfterMs: 900 });
		expect(sent).toEqual([
			{
				event: "Canary Sent",
				messageId: "canary-id",
				anonymousId: "tutti-canary",
				integrations: { All: false },
			},
		]);
		expect(ended).toMatchObject({ kind: "arrived", answeredMs: 30 });
		expect(ended.kind === "arrived" && ended.readableMs).toBeGreaterThanOrEqual(900);
	});

	it.each([60, 300, 900, 5000, 40_000])(
		"sees what is readable after %d ms less than half a second later",
		async (readableAfterMs) => {
			const { ended, looks } = await fly({ readableAfterMs });
			const seen = ended.kind === "arrived" ? ended.readableMs : Number.NaN;
			expect(seen - readableAfterMs).toBeLessThan(500);
			expect(looks).toBeLessThan(3 + readableAfterMs / 400);
		},
	);

	it("gives its event up when its profile does not have it in time", async () => {
		const { ended, looks } = await fly();
		expect(ended).toMatchObject({ kind: "lost from sight", messageId: "canary-id", answeredMs: 30 });
		expect(ended.kind === "lost from sight" && ended.waitedMs).toBeGreaterThanOrEqual(45_000);
		expect(looks).toBeLessThan(120);
	});

	it.each([429, 503, 401, 302])("does not look for an event that was answered %d", async (status) => {
		const { ended, looks } = await fly({ answer: { kind: "answered", status } });
		expect(ended).toEqual({ kind: "refused", messageId: "canary-id", status, answeredMs: 30 });
		expect(looks).toBe(0);
	});

	it("says why there was no answer", async () => {
		const { ended, looks } = await fly({ answer: { kind: "unanswered", reason: "timeout" } });
		expect(ended).toEqual({ kind: "unanswered", messageId: "canary-id", reason: "timeout" });
		expect(looks).toBe(0);
	});
});
