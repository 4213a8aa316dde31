import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import { describeError, type Log } from "./log.ts";
import { loggableIds } from "./loggable-ids.ts";
import type { Trace } from "./trace.ts";

/** One message of a batch: the queue's id for it, and what it says. */
export type Message<T> = { readonly messageId: string; readonly detail: T };

/**
 * What a consumer does with a batch. Answers the ids of the messages that must come again; when it throws, all of them
 * do. It must be safe to run twice with the same message: the queue delivers at least once.
 */
export type RunBatch<T> = (batch: readonly Message<T>[]) => Promise<{ readonly failed: readonly string[] }>;

type Options<T> = {
	readonly run: RunBatch<T>;
	readonly log: Log;
	/** The `messageId`s of the events that a message is about: failures are logged with them. @default none are named */
	readonly eventIds?: (detail: T) => readonly string[];
	/** Notes them where the call is followed. @default nobody follows */
	readonly trace?: Trace;
};

/**
 * The handler of a function that hears the bus through a queue: each message is a whole bus event, of which `run` gets
 * the `detail`. A message of another shape is reported as failed, so that it ends in the dead letters for a person to see.
 */
export function queueConsumer<T>({ detail, ...options }: Options<T> & { readonly detail: z.ZodType<T> }) {
	const busEvent = z.object({ detail });
	return batchHandler<T>({ ...options, read: (message) => busEvent.parse(message).detail });
}

/** The same for a queue that Tutti fills itself: the message is the `body`'s JSON, with no bus event around it. */
export function plainQueueConsumer<T>({ body, ...options }: Options<T> & { readonly body: z.ZodType<T> }) {
	return batchHandler<T>({ ...options, read: (message) => body.parse(message) });
}

type Reading<T> = Options<T> & { readonly read: (message: unknown) => T };

function batchHandler<T>({ read, ...options }: Reading<T>) {
	const { log, trace, eventIds } = options;
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
		if (trace && eventIds) await trace.follow(() => batch.flatMap(({ detail }) => eventIds(detail)));
		if (batch.length > 0) failed.push(...(await runAll(batch, options)));
		return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
	});
}

async function runAll<T>(batch: readonly Message<T>[], { run, log, eventIds }: Options<T>): Promise<readonly string[]> {
	/** Of many messages a few are named: a line is read by a person, and billed by its bytes. */
	const named = (ids: ReadonlySet<string>) => {
		const events = eventIds && batch.flatMap(({ messageId, detail }) => (ids.has(messageId) ? eventIds(detail) : []));
		return { messages: [...ids].slice(0, NAMED), ...(events && { events: loggableIds(events, NAMED) }) };
	};
	try {
		const { failed } = await run(batch);
		if (failed.length > 0) {
			const of = batch.length;
			log.warn("messages go back to the queue", { failed: failed.length, of, ...named(new Set(failed)) });
		}
		return failed;
	} catch (error) {
		const ids = batch.map(({ messageId }) => messageId);
		const which = { failed: ids.length, ...named(new Set(ids)) };
		log.error("a whole batch goes back to the queue", { ...which, ...describeError(error) });
		return ids;
	}
}

/** How many ids of a kind stand in one line at most. */
const NAMED = 10;
