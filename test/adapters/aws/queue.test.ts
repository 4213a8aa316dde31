import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import type { ReceivedMessage } from "#domain/model/ports.ts";
import { type AnsweringServer, answering, type Call } from "./answering.ts";
import { noWaiting } from "./waits.ts";

type Entry = {
	Id: string;
	MessageBody?: string;
	ReceiptHandle?: string;
	VisibilityTimeout?: number;
	DelaySeconds?: number;
};
type Batch = { Entries: Entry[] };
type Failed = { Id: string; Code: string; SenderFault: boolean };

const said = ({ input }: Call<Batch>) => input.Entries.map((entry) => entry.MessageBody ?? entry.ReceiptHandle);
const bodies = (count: number) => Array.from({ length: count }, (_, n) => ({ body: `${n}` }));
const received = (count: number) =>
	Array.from(
		{ length: count },
		(_, n): ReceivedMessage => ({
			messageId: `id-${n}`,
			body: "",
			receipt: `${n}`,
			receiveCount: 1,
			sentAt: "2026-03-04T00:00:00.000Z",
		}),
	);

describe("sqsQueue", () => {
	let server: AnsweringServer<Batch>;
	afterEach(() => server.close());

	/** `failing` says of which entry of which call the queue does not want to know. */
	async function open(
		failing: (entry: string | undefined, nth: number) => string | undefined,
		resending = noWaiting(),
	) {
		server = await answering<Batch>(({ input }, nth) => {
			const code = (entry: Entry) => failing(entry.MessageBody ?? entry.ReceiptHandle, nth);
			return {
				Successful: input.Entries.filter((entry) => !code(entry)).map((entry) => successOf(entry)),
				Failed: input.Entries.flatMap((entry): Failed[] => {
					const Code = code(entry);
					return Code && Code !== "silence" ? [{ Id: entry.Id, Code, SenderFault: false }] : [];
				}),
			};
		});
		const url = `${server.settings.endpoint}/1/deliveries`;
		return sqsQueue({ client: new SQSClient({ ...server.settings, md5: false }), url, resending });
	}
	const successOf = ({ Id }: Entry) => ({ Id, MessageId: `id-${Id}`, MD5OfMessageBody: "" });

	it("sends ten messages a call and again only those that failed", async () => {
		const queue = await open((body, nth) =>
			nth === 2 && (body === "11" || body === "13") ? "InternalError" : undefined,
		);
		await queue.send(bodies(14));
		expect(server.calls.map((call) => call.operation)).toEqual(Array(3).fill("SendMessageBatch"));
		expect(server.calls.map(said)).toEqual([
			["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
			["10", "11", "12", "13"],
			["11", "13"],
		]);
	});

	it("sends no more than 256 KB a call", async () => {
		const queue = await open(() => undefined);
		await queue.send([120_000, 120_000, 120_000].map((size) => ({ body: "x".repeat(size) })));
		expect(server.calls.map((call) => said(call).length)).toEqual([2, 1]);
	});

	it("sends a delay where there is one", async () => {
		const queue = await open(() => undefined);
		await queue.send([{ body: "now" }, { body: "later", delaySeconds: 30 }]);
		expect(server.calls[0]?.input.Entries.map((entry) => entry.DelaySeconds)).toEqual([undefined, 30]);
	});

	it("throws what stayed failed and why, after its tries", async () => {
		const resending = noWaiting(3);
		const queue = await open((body) => (body === "1" ? "RequestThrottled" : undefined), resending);
		await expect(queue.send(bodies(3))).rejects.toThrow("the queue refused to send 1 of 3: RequestThrottled");
		expect(server.calls.map(said)).toEqual([["0", "1", "2"], ["1"], ["1"]]);
		expect(resending.waited).toEqual([1, 2]);
	});

	it("takes a message that the answer does not name as not sent", async () => {
		const queue = await open((body) => (body === "0" ? "silence" : undefined));
		await expect(queue.send(bodies(2))).rejects.toThrow("the queue refused to send 1 of 2: NoResult");
	});

	it("deletes again only what was not deleted", async () => {
		const queue = await open((receipt, nth) => (nth === 1 && receipt === "2" ? "InternalError" : undefined));
		await queue.delete(received(4));
		expect(server.calls.map((call) => call.operation)).toEqual(Array(2).fill("DeleteMessageBatch"));
		expect(server.calls.map(said)).toEqual([["0", "1", "2", "3"], ["2"]]);
	});

	it("is content when what it deletes or gives back is gone already", async () => {
		const queue = await open((receipt) => (receipt === "0" ? "ReceiptHandleIsInvalid" : undefined));
		await queue.delete(received(2));
		await queue.release(received(2), 5);
		expect(server.calls.map((call) => call.operation)).toEqual(["DeleteMessageBatch", "ChangeMessageVisibilityBatch"]);
	});

	it("gives back with the delay, again only what failed, and throws what stays", async () => {
		const queue = await open((receipt) => (receipt === "1" ? "InternalError" : undefined));
		await expect(queue.release(received(2), 7)).rejects.toThrow("the queue refused to release 1 of 2: InternalError");
		expect(server.calls.map(said)).toEqual([["0", "1"], ["1"], ["1"]]);
		const delays = server.calls.flatMap((call) => call.input.Entries.map((entry) => entry.VisibilityTimeout));
		expect(new Set(delays)).toEqual(new Set([7]));
	});
});
