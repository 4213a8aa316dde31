import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import { describeError, type Log } from "./log.ts";

/** One message of a batch: the queue's id for it, and what it says. */
export type Message<T> = { readonly messageId: string; readonly detail: T };

/**
 * What a consumer does with a batch. Answers the ids of the messages that must come again; when it throws, all of them
 * do. It must be safe to run twice with the same message: the queue delivers at least once.
 */
export type RunBatch<T> = (batch: readonly Message<T>[]) => Promise<{ readonly failed: readonly string[] }>;

type Options<T> = { readonly run: RunBatch<T>; readonly log: Log };

/**
 * The handler of a function that hears the bus through a queue: each message is a whole bus event, of which `run` gets
 * the `detail`. A message of another shape is reported as failed, so that it ends in the dead letters for a person to see.
 */
export function queueConsumer<T>({ detail, run, log }: Options<T> & { readonly detail: z.ZodType<T> }) {
	const busEvent = z.object({ detail });
	return batchHandler<T>({ read: (message) => busEvent.parse(message).detail, run, log });
}

/** The same for a queue that Tutti fills itself: the message is the `body`'s JSON, with no bus event around it. */
export function plainQueueConsumer<T>({ body, run, log }: Options<T> & { readonly body: z.ZodType<T> }) {
	return batchHandler<T>({ read: (message) => body.parse(message), run, log });
}

function batchHandler<T>({ read, run, log }: Options<T> & { readonly read: (message: unknown) => T }) {
	return middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
		const batch: Message<T>[] = [];
		const failed: string[] = [];
		for (const { messageId, body } of Records) {
			try {
				batch.push({ messageId, detail: read(JSON.parse(body)) });
			} catch (error) {
				failed.push(messageId);
				log.error("a message could not be read", { messageId, ...describeError(error) });
			}
		}
		if (batch.length > 0) failed.push(...(await runAll(batch, run, log)));
		return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
	});
}

async function runAll<T>(batch: readonly Message<T>[], run: RunBatch<T>, log: Log): Promise<readonly string[]> {
	const ids = batch.map(({ messageId }) => messageId);
	try {
		const { failed } = await run(batch);
		if (failed.length > 0) log.warn("messages go back to the queue", { failed, of: ids.length });
		return failed;
	} catch (error) {
		log.error("a whole batch goes back to the queue", { failed: ids, ...describeError(error) });
		return ids;
	}
}
