import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Clock, clock } from "#local/clock.ts";
import { type Changes, type Feed, feed } from "#local/feed.ts";
import { recordingLog } from "../functions/shared/recording-log.ts";

let running: Feed | Clock | undefined;
afterEach(async () => {
	await running?.stop();
	vi.useRealTimers();
});

/** An outbox of rows named by their ids. */
function outbox(ids: readonly string[]): Changes & { readonly left: string[] } {
	const left = [...ids];
	return {
		left,
		readChanges: (max) =>
			left
				.slice(0, max)
				.map((changeId) => ({ changeId, item: { pk: `OUT#${changeId}`, sk: "ROW", entry: "{}", ttl: 7 } })),
		acknowledge: (done) => {
			for (const id of done) left.splice(left.indexOf(id), 1);
		},
		pending: () => left.length,
	};
}

describe("feed", () => {
	it("hands new rows on in order, as DynamoDB Streams would, and forgets them", async () => {
		const changes = outbox(["1", "2", "3"]);
		const seen: DynamoDBStreamEvent[] = [];
		running = feed({
			name: "publish-changes",
			changes,
			log: recordingLog(),
			handler: async (event) => {
				seen.push(event);
				return { batchItemFailures: [] };
			},
		});
		await vi.waitFor(() => expect(running?.isQuiet()).toBe(true));
		expect(seen.flatMap(({ Records }) => Records).map(({ dynamodb }) => dynamodb?.SequenceNumber)).toEqual([
			"1",
			"2",
			"3",
		]);
		expect(seen[0]?.Records[0]).toMatchObject({
			eventName: "INSERT",
			dynamodb: { Keys: { pk: { S: "OUT#1" } }, NewImage: { entry: { S: "{}" }, ttl: { N: "7" } } },
		});
	});

	it("keeps a row that failed, tries it again, and lets it hold up no other", async () => {
		const changes = outbox(["good", "bad", "later"]);
		let tries = 0;
		running = feed({
			name: "publish-changes",
			changes,
			log: recordingLog(),
			handler: async ({ Records }) => {
				const bad = Records.filter(({ eventID }) => eventID === "bad");
				tries += bad.length;
				return { batchItemFailures: tries > 1 ? [] : bad.map(() => ({ itemIdentifier: "bad" })) };
			},
		});
		await vi.waitFor(() => expect(changes.left).toEqual(["bad"]));
		await vi.waitFor(() => expect(running?.isQuiet()).toBe(true), { timeout: 3000 });
		expect(tries).toBe(2);
	});

	it("keeps everything when the function throws, and says so", async () => {
		const changes = outbox(["1"]);
		const log = recordingLog();
		running = feed({
			name: "publish-changes",
			changes,
			log,
			handler: () => Promise.reject(new Error("ada@example.com")),
		});
		await vi.waitFor(() => expect(log.lines).toHaveLength(1));
		expect(changes.left).toEqual(["1"]);
		expect(JSON.stringify(log.lines)).not.toContain("ada");
	});
});

describe("clock", () => {
	const NOW = new Date("2026-10-09T08:53:20.000Z");
	const start = (handler: () => Promise<void>, when?: () => boolean) => {
		vi.useFakeTimers();
		const log = recordingLog();
		running = clock({ name: "tick", everySeconds: 10, handler, now: () => NOW, log, ...(when && { when }) });
		return log;
	};

	it("calls the function at each tick, as EventBridge Scheduler would", async () => {
		const handler = vi.fn(async () => {});
		start(handler);
		await vi.advanceTimersByTimeAsync(30_000);
		expect(handler).toHaveBeenCalledTimes(3);
		expect(handler.mock.calls[0]).toMatchObject([
			{ time: "2026-10-09T08:53:20Z", "detail-type": "Scheduled Event" },
			{ functionName: "tick" },
		]);
	});

	it("leaves out the ticks while a run is not over, and those that are not wanted", async () => {
		let finish = () => {};
		const handler = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
		let isWanted = true;
		start(handler, () => isWanted);
		await vi.advanceTimersByTimeAsync(30_000);
		expect(handler).toHaveBeenCalledTimes(1);
		expect(running?.isQuiet()).toBe(false);
		finish();
		isWanted = false;
		await vi.advanceTimersByTimeAsync(30_000);
		expect(handler).toHaveBeenCalledTimes(1);
		isWanted = true;
		await vi.advanceTimersByTimeAsync(10_000);
		expect(handler).toHaveBeenCalledTimes(2);
		finish();
	});

	it("goes on after a run that threw", async () => {
		const handler = vi.fn(() => Promise.reject(new Error("ada")));
		const log = start(handler);
		await vi.advanceTimersByTimeAsync(20_000);
		expect(handler).toHaveBeenCalledTimes(2);
		expect(log.lines).toHaveLength(2);
		expect(JSON.stringify(log.lines)).not.toContain('"ada"');
	});
});
