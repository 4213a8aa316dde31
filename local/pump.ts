import { hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Queue, ReceivedMessage } from "#domain/model/ports.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { type LocalHandler, lambdaContext } from "./lambda-context.ts";
import { sleeper } from "./sleeper.ts";

export type Pump = {
	/** Looks into the queue now rather than at the next poll. */
	wake(): void;
	/** Whether a batch is being worked on. */
	busy(): boolean;
	/** Resolves when the batches under way are done; takes no more. */
	stop(): Promise<void>;
};

export type PumpOptions = {
	/** The function's name, which its queue is called by too. */
	readonly name: string;
	readonly queue: Queue;
	readonly handler: LocalHandler<SQSEvent, SQSBatchResponse>;
	/** Messages a batch, at most 10 as with SQS. */
	readonly batchSize: number;
	/** Batches worked on at once. @default 1 */
	readonly lanes?: number;
	readonly log: Log;
};

/** How long an empty queue is left alone unless something wakes its pump: what is delayed becomes due meanwhile. */
const POLL_MS = 200;
/** A failed message comes again after 1, 2, 4 … seconds, at most this many. */
const LONGEST_RETRY_SECONDS = 60;

/**
 * What Lambda's event source mapping does: receives batches, calls the handler, deletes what went well and gives back
 * what the handler reported (all of it when the handler threw). A message is with one lane at a time, because received
 * messages are hidden from the others.
 */
export function pump(options: PumpOptions): Pump {
	const { wait, wake } = sleeper();
	let working = 0;
	let stopped = false;

	async function lane(): Promise<void> {
		while (!stopped) {
			working++;
			const size = await turn(options).finally(() => working--);
			if (size === 0) await wait(POLL_MS);
			else await nextTurn();
		}
	}
	const lanes = Array.from({ length: options.lanes ?? 1 }, lane);
	return {
		wake,
		busy: () => working > 0,
		async stop() {
			stopped = true;
			wake();
			await Promise.all(lanes);
		},
	};
}

/** One batch. Answers how many messages there were; a queue that cannot be read counts as empty, so that it is tried later. */
async function turn({ name, queue, handler, batchSize, log }: PumpOptions): Promise<number> {
	try {
		const messages = await queue.receive(batchSize);
		if (messages.length === 0) return 0;
		const failed = await run(handler, name, messages);
		await queue.delete(messages.filter(({ messageId }) => !failed.has(messageId)));
		for (const message of messages.filter(({ messageId }) => failed.has(messageId))) {
			await queue.release([message], Math.min(2 ** (message.receiveCount - 1), LONGEST_RETRY_SECONDS));
		}
		return messages.length;
	} catch (error) {
		log.error("a queue could not be worked on", { queue: name, ...describeError(error) });
		return 0;
	}
}

async function run(
	handler: PumpOptions["handler"],
	name: string,
	messages: readonly ReceivedMessage[],
): Promise<ReadonlySet<string>> {
	try {
		const { batchItemFailures } = await handler(
			{ Records: messages.map((m) => toRecord(m, name)) },
			lambdaContext(name),
		);
		return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
	} catch {
		return new Set(messages.map(({ messageId }) => messageId));
	}
}

const toRecord = (message: ReceivedMessage, name: string): SQSRecord => ({
	messageId: message.messageId,
	receiptHandle: message.receipt,
	body: message.body,
	attributes: {
		ApproximateReceiveCount: String(message.receiveCount),
		SentTimestamp: String(Date.parse(message.sentAt)),
		SenderId: "local",
		ApproximateFirstReceiveTimestamp: String(Date.parse(message.sentAt)),
	},
	messageAttributes: {},
	md5OfBody: hash("md5", message.body),
	eventSource: "aws:sqs",
	eventSourceARN: `arn:aws:sqs:local:000000000000:${name}`,
	awsRegion: "local",
});
