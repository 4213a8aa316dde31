import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Queue, ReceivedMessage } from "#domain/model/ports.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { type LocalHandler, lambdaContext } from "./lambda-context.ts";
import { sleeper } from "./sleeper.ts";
import { toSqsEvent } from "./sqs-event.ts";

export type Pump = {
	/** Whether nothing is being worked on and nothing that is due waits. */
	readonly isQuiet: () => boolean;
	/** Takes no more, and resolves when the batches under way are done. */
	stop(): Promise<void>;
};

export type PumpOptions = {
	/** The function's name, which its queue is called by too. */
	readonly name: string;
	readonly queue: Queue & { onArrival(listener: () => void): () => void };
	readonly handler: LocalHandler<SQSEvent, SQSBatchResponse>;
	/** Messages a batch, at most. @default 10 */
	readonly batchSize?: number;
	/** How long to wait for a fuller batch, in milliseconds: each costs the same few writes, however much is in it. @default 0 */
	readonly windowMs?: number;
	/** Batches worked on at once. @default 1 */
	readonly lanes?: number;
	readonly log: Log;
};

/** How long an empty queue is left alone unless something arrives: what is delayed becomes due meanwhile. */
const POLL_MS = 200;
/** How long to wait before what was done is taken off the queue again, after that failed. */
const INSIST_MS = 500;
/** A failed message comes again after 1, 2, 4 … seconds, at most this many. */
const LONGEST_RETRY_SECONDS = 60;

/**
 * What Lambda's event source mapping does: receives batches, calls the handler, deletes what went well and gives back
 * what the handler reported (all of it when the handler threw). A message is with one lane at a time, because received
 * messages are hidden from the others.
 */
export function pump(options: PumpOptions): Pump {
	const sleep = sleeper();
	let isStopped = false;
	let working = 0;
	let arrivals = 0;
	let emptyAt = -1;
	const forget = options.queue.onArrival(() => {
		arrivals++;
		sleep.wake();
	});

	async function turn(): Promise<number> {
		const before = arrivals;
		working++;
		try {
			const size = await oneBatch(options, () => isStopped);
			if (size === 0) emptyAt = before;
			return size;
		} finally {
			working--;
		}
	}
	async function lane(): Promise<void> {
		const { batchSize = 10, windowMs = 0 } = options;
		while (!isStopped) {
			const size = await turn();
			if (size === 0) await sleep.wait(POLL_MS);
			if (size === batchSize || windowMs === 0) await nextTurn();
			else await pause(windowMs);
		}
	}
	const lanes = Array.from({ length: options.lanes ?? 1 }, lane);
	return {
		isQuiet: () => working === 0 && emptyAt === arrivals,
		async stop() {
			isStopped = true;
			forget();
			sleep.wake();
			await Promise.all(lanes);
		},
	};
}

/** One batch. Answers how many messages there were; a queue that cannot be read counts as empty, so that it is tried later. */
async function oneBatch(options: PumpOptions, isStopped: () => boolean): Promise<number> {
	const { queue } = options;
	const messages = await queue.receive(options.batchSize ?? 10).catch((error: unknown) => {
		say(options, error);
		return [];
	});
	if (messages.length === 0) return 0;
	const failed = await run(options, messages);
	const giveBack = messages.filter(({ messageId }) => failed.has(messageId));
	await insist(() => queue.delete(messages.filter(({ messageId }) => !failed.has(messageId))), options, isStopped);
	for (const message of giveBack) {
		const seconds = Math.min(2 ** (message.receiveCount - 1), LONGEST_RETRY_SECONDS);
		await insist(() => queue.release([message], seconds), options, isStopped);
	}
	return messages.length;
}

const say = ({ name, log }: PumpOptions, error: unknown): void =>
	log.error("a queue could not be worked on", { queue: name, ...describeError(error) });

/**
 * Tries until it is done: what is neither deleted nor given back, for a disk that is full, would stay hidden for as long as a
 * function may ever take. Whoever opens the database next gives it back, so a pump that is stopped need not.
 */
async function insist(work: () => Promise<void>, options: PumpOptions, isStopped: () => boolean): Promise<void> {
	while (!isStopped()) {
		try {
			return await work();
		} catch (error) {
			say(options, error);
			await pause(INSIST_MS);
		}
	}
	await work().catch((error: unknown) => say(options, error));
}

/** The ids of the messages that must come again. */
async function run({ name, handler, log }: PumpOptions, messages: readonly ReceivedMessage[]): Promise<Set<string>> {
	try {
		const { batchItemFailures } = await handler(toSqsEvent(messages, name), lambdaContext(name));
		return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
	} catch (error) {
		log.error("a function threw", { function: name, ...describeError(error) });
		return new Set(messages.map(({ messageId }) => messageId));
	}
}
