import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { type EmbeddedQueue, sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import { type Pump, type PumpOptions, pump } from "#local/pump.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { recordingLog } from "../functions/shared/recording-log.ts";

type Handler = (event: SQSEvent) => SQSBatchResponse | Promise<SQSBatchResponse>;

const ALL_WELL: SQSBatchResponse = { batchItemFailures: [] };
const allOf = ({ Records }: SQSEvent): SQSBatchResponse => ({
	batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);

describe("pump", () => {
	const { folder, remove } = temporaryFolder();
	let database: Database;
	let queue: EmbeddedQueue;
	let running: Pump | undefined;
	let files = 0;

	beforeEach(() => {
		database = openDatabase(`${folder}/${files++}.sqlite`);
		queue = sqliteQueue({ database, name: "work", visibilitySeconds: 30, now: () => new Date() });
		return async () => {
			await running?.stop();
			running = undefined;
			database.close();
		};
	});
	afterAll(remove);

	const run = (handler: Handler, options: Partial<PumpOptions> = {}) => {
		const log = recordingLog();
		running = pump({ name: "work", queue, log, handler: async (event) => handler(event), ...options });
		return { log, pump: running };
	};
	const settled = () => vi.waitFor(() => expect(running?.isQuiet()).toBe(true));

	it("hands every message on once, as SQS would, and deletes it", async () => {
		const seen: string[] = [];
		await queue.send(Array.from({ length: 25 }, (_, n) => ({ body: `${n}` })));
		run((event) => {
			expect(event.Records.length).toBeLessThanOrEqual(10);
			expect(event.Records[0]).toMatchObject({ eventSource: "aws:sqs", attributes: { ApproximateReceiveCount: "1" } });
			seen.push(...bodiesOf(event));
			return ALL_WELL;
		});
		await settled();
		expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `${n}`));
		expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
	});

	it("takes what is done off the queue, and gives back what failed, as soon as the queue can be written again", async () => {
		let isFull = true;
		const unless = <Given extends unknown[]>(call: (...given: Given) => Promise<void>) => {
			return async (...given: Given) => {
				if (isFull) throw new Error("the disk is full");
				await call(...given);
			};
		};
		await queue.send([{ body: "done" }, { body: "again" }]);
		const seen: string[] = [];
		const full = { ...queue, delete: unless(queue.delete), release: unless(queue.release) };
		const { log } = run(
			(event) => {
				seen.push(...bodiesOf(event));
				const again = event.Records.filter(({ body }) => body === "again" && seen.length < 3);
				return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
			},
			{ queue: full },
		);
		await vi.waitFor(() => expect(log.lines.length).toBeGreaterThan(0));
		isFull = false;
		await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 }), 5000);
		expect(seen).toEqual(["done", "again", "again"]);
	});

	it("begins at once with what arrives while it waits", async () => {
		const handler = vi.fn(() => ALL_WELL);
		run(handler);
		await settled();
		const sentAt = performance.now();
		await queue.send([{ body: "now" }]);
		expect(running?.isQuiet()).toBe(false);
		await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), { interval: 5 });
		expect(performance.now() - sentAt).toBeLessThan(150); // it would poll after 200 ms only
	});

	it("gives back what the handler reported, and nothing else", async () => {
		const counts: Record<string, string[]> = {};
		await queue.send([{ body: "good" }, { body: "bad" }]);
		run((event) => {
			for (const { body, attributes } of event.Records) {
				counts[body] = [...(counts[body] ?? []), attributes.ApproximateReceiveCount];
			}
			const bad = event.Records.filter(
				({ body, attributes }) => body === "bad" && attributes.ApproximateReceiveCount === "1",
			);
			return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
		});
		await vi.waitFor(() => expect(counts).toEqual({ good: ["1"], bad: ["1", "2"] }), { timeout: 3000 });
	});

	it("gives the whole batch back when the handler throws, and says so without the error's words", async () => {
		await queue.send([{ body: "a" }, { body: "b" }]);
		const { log } = run(() => {
			throw new TypeError("ada@example.com is no number");
		});
		await settled();
		expect(await queue.depth()).toEqual({ waiting: 2, inFlight: 0 });
		expect(log.lines[0]).toMatchObject({ level: "error", fields: { function: "work", error: "TypeError" } });
		expect(JSON.stringify(log.lines)).not.toContain("ada");
	});

	it("waits longer from try to try", async () => {
		const at: number[] = [];
		await queue.send([{ body: "never" }]);
		run((event) => {
			at.push(performance.now());
			return allOf(event);
		});
		await vi.waitFor(() => expect(at.length).toBe(3), { timeout: 6000 });
		const [first = 0, second = 0, third = 0] = at;
		expect(second - first).toBeGreaterThan(900);
		expect(third - second).toBeGreaterThan(1900);
	}, 10_000);

	it("never has two copies of one message at work, however many lanes", async () => {
		const working = new Set<string>();
		let most = 0;
		await queue.send(Array.from({ length: 40 }, (_, n) => ({ body: `${n}` })));
		run(
			async (event) => {
				for (const body of bodiesOf(event)) {
					expect(working.has(body)).toBe(false);
					working.add(body);
				}
				most = Math.max(most, working.size);
				await new Promise((later) => setTimeout(later, 20));
				for (const body of bodiesOf(event)) working.delete(body);
				return ALL_WELL;
			},
			{ lanes: 4, batchSize: 2 },
		);
		await settled();
		expect(most).toBe(8);
	});

	it("finishes what it has begun before it stops, and leaves the rest", async () => {
		await queue.send([{ body: "begun" }, { body: "left" }]);
		let finished = false;
		const { pump: stopping } = run(
			async () => {
				await new Promise((later) => setTimeout(later, 50));
				finished = true;
				return ALL_WELL;
			},
			{ batchSize: 1 },
		);
		await vi.waitFor(async () => expect((await queue.depth()).inFlight).toBe(1));
		await stopping.stop();
		expect(finished).toBe(true);
		expect(await queue.depth()).toEqual({ waiting: 1, inFlight: 0 });
	});
});
