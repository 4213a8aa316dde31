import { beforeEach, expect, it, vi } from "vitest";
import type { Queue } from "#domain/model/ports.ts";
import { bodiesOf, receiveAll, receiveOne } from "./receiving.ts";

/** An empty queue with its dead letters, and how to make time pass for it. */
export type OpenedQueue = {
	readonly queue: Queue;
	readonly deadLetters: Queue;
	/** How long a received message stays hidden. */
	readonly visibilitySeconds: number;
	/** How often a message is received before it goes to the dead letters. At least 2. */
	readonly maxReceiveCount: number;
	/** Waits really, or moves the queue's clock. */
	pass(seconds: number): Promise<void>;
	close(): Promise<void>;
};

/** What every Queue owes its callers: at least once, in no promised order. `open` gives each test fresh queues. */
export function queueContract(open: () => Promise<OpenedQueue>): void {
	let opened: OpenedQueue;
	let queue: Queue;
	beforeEach(async () => {
		opened = await open();
		queue = opened.queue;
		return () => opened.close();
	});

	it("gives what was sent, with its body, a count of one and the time it was sent", async () => {
		const body = JSON.stringify({ text: 'Zoë 😀 "quoted"\n', empty: "" });
		const before = Date.now();
		await queue.send([{ body }]);
		const message = await receiveOne(queue);
		expect(message).toMatchObject({ body, receiveCount: 1 });
		expect(message.messageId).not.toBe("");
		expect(message.sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		expect(Math.abs(Date.parse(message.sentAt) - before)).toBeLessThan(60_000);
	});

	it("gives nothing when nothing was sent", async () => {
		expect(await queue.receive(10)).toEqual([]);
	});

	it("takes more messages than one call may carry, each once", async () => {
		const bodies = Array.from({ length: 33 }, (_, n) => `message ${n}`).sort();
		await queue.send(bodies.map((body) => ({ body })));
		const received = await receiveAll(queue, 33);
		expect(bodiesOf(received)).toEqual(bodies);
		expect(new Set(received.map((message) => message.messageId)).size).toBe(33);
		await queue.delete(received);
		await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 }), { timeout: 5000 });
	});

	it("takes more bytes than one call may carry", async () => {
		const bodies = Array.from({ length: 12 }, (_, n) => `${n}${"é".repeat(60_000)}`).sort();
		await queue.send(bodies.map((body) => ({ body })));
		expect(bodiesOf(await receiveAll(queue, 12))).toEqual(bodies);
	});

	it("never gives more than were asked for", async () => {
		await queue.send(Array.from({ length: 5 }, (_, n) => ({ body: `${n}` })));
		expect((await queue.receive(2)).length).toBeLessThanOrEqual(2);
	});

	it("sends, deletes and releases nothing without complaint", async () => {
		await queue.send([]);
		await queue.delete([]);
		await queue.release([], 0);
		expect(await queue.receive(1)).toEqual([]);
	});

	it("hides what was received, then gives it again with a higher count", async () => {
		await queue.send([{ body: "again" }]);
		const first = await receiveOne(queue);
		expect(await queue.receive(10)).toEqual([]);
		await opened.pass(opened.visibilitySeconds + 0.5);
		const second = await receiveOne(queue);
		expect(second).toMatchObject({ messageId: first.messageId, body: "again", receiveCount: 2, sentAt: first.sentAt });
		expect(second.receipt).not.toBe(first.receipt);
	});

	it("never gives again what was deleted, and deleting it twice is no error", async () => {
		await queue.send([{ body: "done" }]);
		const message = await receiveOne(queue);
		await queue.delete([message]);
		await queue.delete([message]);
		await opened.pass(opened.visibilitySeconds + 0.5);
		expect(await queue.receive(10)).toEqual([]);
	});

	it("gives what was released at once, or after its delay", async () => {
		await queue.send([{ body: "now" }]);
		await queue.release([await receiveOne(queue)], 0);
		const again = await receiveOne(queue);
		expect(again.receiveCount).toBe(2);
	});

	it("keeps what was released with a delay hidden until then", async () => {
		await queue.send([{ body: "later" }]);
		await queue.release([await receiveOne(queue)], opened.visibilitySeconds + 2);
		await opened.pass(opened.visibilitySeconds + 0.5);
		expect(await queue.receive(10)).toEqual([]);
		await opened.pass(2);
		expect((await receiveOne(queue)).body).toBe("later");
	});

	it("keeps what was sent with a delay hidden until then", async () => {
		await queue.send([{ body: "later", delaySeconds: 2 }, { body: "now" }]);
		expect((await receiveOne(queue)).body).toBe("now");
		expect(await queue.receive(10)).toEqual([]);
		await opened.pass(2.5);
		expect(await receiveOne(queue)).toMatchObject({ body: "later", receiveCount: 1 });
	});

	it("moves what was received too often to the dead letters, and nothing else", async () => {
		await queue.send([{ body: "poison" }]);
		for (let count = 1; count <= opened.maxReceiveCount; count++) {
			const message = await receiveOne(queue);
			expect(message.receiveCount).toBe(count);
			await queue.release([message], 0);
		}
		await queue.send([{ body: "healthy" }]);
		expect((await receiveOne(queue)).body).toBe("healthy");
		expect(await queue.receive(10)).toEqual([]);
		const dead = await receiveOne(opened.deadLetters);
		expect(dead.body).toBe("poison");
		await opened.deadLetters.delete([dead]);
		expect(await opened.deadLetters.receive(10)).toEqual([]);
	});

	it("counts what waits and what is in flight", async () => {
		await queue.send([{ body: "a" }, { body: "b" }, { body: "c" }]);
		await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 3, inFlight: 0 }), { timeout: 5000 });
		const message = await receiveOne(queue);
		await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 2, inFlight: 1 }), { timeout: 5000 });
		await queue.delete([message]);
		await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 2, inFlight: 0 }), { timeout: 5000 });
	});

	it("gives each message to one of several receivers at once", async () => {
		await queue.send(Array.from({ length: 30 }, (_, n) => ({ body: `${n}` })));
		const batches = await Promise.all(Array.from({ length: 6 }, () => queue.receive(5)));
		const ids = batches.flat().map((message) => message.messageId);
		expect(ids.length).toBeGreaterThan(0);
		expect(new Set(ids).size).toBe(ids.length);
	});
}
