import { describe, expect, it } from "vitest";
import * as z from "zod";
import { plainQueueConsumer, queueConsumer, type RunBatch } from "#functions/shared/queue-consumer.ts";
import { aContext, busBody, queueEvent } from "./queue-event.ts";
import { recordingLog } from "./recording-log.ts";

const detail = z.object({ n: z.number() });
type Detail = z.infer<typeof detail>;

async function consume(bodies: readonly string[], run: RunBatch<Detail>) {
	const log = recordingLog();
	const answer = await queueConsumer({ detail, run, log })(queueEvent(bodies), aContext);
	return { failed: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), log };
}

describe("queueConsumer", () => {
	it("gives the function the details of the whole batch at once, in order", async () => {
		const seen: unknown[] = [];
		const { failed } = await consume([busBody({ n: 1 }), busBody({ n: 2 })], async (batch) => {
			seen.push(batch);
			return { failed: [] };
		});
		expect(seen).toEqual([
			[
				{ messageId: "message-0", detail: { n: 1 } },
				{ messageId: "message-1", detail: { n: 2 } },
			],
		]);
		expect(failed).toEqual([]);
	});

	it("reports only the messages the function names as failed", async () => {
		const bodies = [1, 2, 3].map((n) => busBody({ n }));
		const { failed } = await consume(bodies, async ([, second]) => ({ failed: second ? [second.messageId] : [] }));
		expect(failed).toEqual(["message-1"]);
	});

	it("reports every message as failed when the function throws", async () => {
		const { failed } = await consume([busBody({ n: 1 }), busBody({ n: 2 })], async () => {
			throw new Error("the table is away");
		});
		expect(failed).toEqual(["message-0", "message-1"]);
	});

	it.each([
		{ what: "no JSON", body: "{" },
		{ what: "JSON without a detail", body: JSON.stringify({ source: "tutti.collect" }) },
		{ what: "a detail of another shape", body: busBody({ n: "one" }) },
		{ what: "null", body: "null" },
	])("reports $what as failed and runs the rest", async ({ body }) => {
		const ran: number[] = [];
		const { failed } = await consume([body, busBody({ n: 7 })], async (batch) => {
			ran.push(...batch.map((message) => message.detail.n));
			return { failed: [] };
		});
		expect(ran).toEqual([7]);
		expect(failed).toEqual(["message-0"]);
	});

	it("does not call the function when no message can be read", async () => {
		let calls = 0;
		const { failed } = await consume(["?"], async () => {
			calls += 1;
			return { failed: [] };
		});
		expect({ calls, failed }).toEqual({ calls: 0, failed: ["message-0"] });
	});

	it("logs ids and the names of errors, never what a message or an error says", async () => {
		const { log } = await consume([busBody({ n: "ada@example.com" }), busBody({ n: 1 })], async () => {
			throw new TypeError("cannot write\n    at ada@example.com");
		});
		expect(log.lines.map(({ fields }) => fields)).toMatchObject([
			{ messageId: "message-0", error: "ZodError" },
			{ failed: 1, messages: ["message-1"], error: "TypeError", at: expect.stringContaining("queue-consumer.test.ts") },
		]);
		expect(JSON.stringify(log.lines)).not.toContain("ada@");
	});
});

describe("a failure's line", () => {
	const ids = z.object({ ids: z.array(z.string()) });
	const UUID = "7f0b6a52-3b1f-4f7e-9c55-0f4f2f1d9a10";

	async function lineOf(bodies: readonly string[], run: RunBatch<z.infer<typeof ids>>) {
		const log = recordingLog();
		await queueConsumer({ detail: ids, run, log, eventIds: (one) => one.ids })(queueEvent(bodies), aContext);
		return log.lines;
	}

	it("names the events of the messages that failed, by their messageIds, and of no others", async () => {
		const bodies = [busBody({ ids: ["other"] }), busBody({ ids: [UUID, "ada@example.com"] })];
		const lines = await lineOf(bodies, async ([, second]) => ({ failed: second ? [second.messageId] : [] }));
		expect(lines).toMatchObject([
			{
				message: "messages go back to the queue",
				fields: { failed: 1, of: 2, messages: ["message-1"], events: [UUID, expect.stringMatching(/^#.{8}$/)] },
			},
		]);
	});

	it("is short, however many failed", async () => {
		const bodies = Array.from({ length: 500 }, () =>
			busBody({ ids: Array.from({ length: 20 }, () => crypto.randomUUID()) }),
		);
		const lines = await lineOf(bodies, () => Promise.reject(new Error("the table is away")));
		expect(lines).toMatchObject([{ fields: { failed: 500 } }]);
		expect(JSON.stringify(lines).length).toBeLessThan(1200);
	});

	it("is told to whoever follows the call, with all of its events", async () => {
		const followed: string[] = [];
		const trace = { follow: async (eventIds: () => readonly string[]) => void followed.push(...eventIds()) };
		const options = { detail: ids, run: async () => ({ failed: [] }), log: recordingLog(), trace };
		await queueConsumer({ ...options, eventIds: (one) => one.ids })(
			queueEvent([busBody({ ids: ["a", "b"] }), busBody({ ids: ["c"] })]),
			aContext,
		);
		expect(followed).toEqual(["a", "b", "c"]);
	});
});

describe("plainQueueConsumer", () => {
	it("reads the message's body itself, with no bus event around it", async () => {
		const seen: number[] = [];
		const handler = plainQueueConsumer({
			body: detail,
			log: recordingLog(),
			run: async (batch) => {
				seen.push(...batch.map((message) => message.detail.n));
				return { failed: [] };
			},
		});
		const answer = await handler(queueEvent(['{"n":1}', busBody({ n: 2 })]), aContext);
		expect(seen).toEqual([1]);
		expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "message-1" }]);
	});
});
