/** How a queue's consumer is set up (`lib/settings.ts`, `lib/constructs/queue-worker.ts`). */
export type Batching = {
	readonly batchSize: number;
	readonly windowSeconds: number;
	/** Copies of the function that may run at once. */
	readonly concurrency: number;
};

/** Developer Guide, "Using Lambda with Amazon SQS": Lambda begins with five pollers, each of which fills a batch of its own. */
const POLLERS = 5;
/** ReceiveMessage and DeleteMessageBatch take 10. */
const MESSAGES_A_CALL = 10;
/** One invocation gets 6 MB at most; an envelope with its wrapping may not take the last of it. */
const PAYLOAD_BYTES = 6 * 1024 * 1024 * 0.95;
/** A poller that finds nothing asks again after so long (the longest that SQS lets it wait). */
const LONG_POLL_SECONDS = 20;

export type Filled = {
	/** Messages an invocation, on average. */
	readonly messages: number;
	readonly pollers: number;
	/** Requests to SQS for each message, beside those for its own bytes: send, receive, delete. */
	readonly requestsPerMessage: number;
};

/**
 * How full the batches of a standard queue are at a steady rate. A poller begins a batch with the first message it gets and hands it over
 * when the window is over, or earlier when the batch or the payload is full; its share of what comes is one of as many pollers as there
 * are. Five of them, and more, up to the concurrency, when these cannot keep up.
 *
 * What AWS does not say is how many messages a poller's receive brings. Taken is: all that came for it since its last one, ten at most,
 * where it looks `looks` times a window. With one look a message the requests are 2.1 a message, whatever the rate.
 */
export function fillOf(
	perSecond: number,
	{ batchSize, windowSeconds, concurrency }: Batching,
	{ messageBytes = 0, looks = 15 }: { readonly messageBytes?: number; readonly looks?: number } = {},
): Filled {
	const full = Math.min(batchSize, messageBytes > 0 ? Math.floor(PAYLOAD_BYTES / messageBytes) : batchSize);
	const needed = Math.ceil((perSecond * windowSeconds) / full);
	const pollers = Math.min(concurrency, Math.max(POLLERS, needed));
	const messages = Math.min(full, 1 + (perSecond * windowSeconds) / pollers);
	const received = Math.min(MESSAGES_A_CALL, Math.max(1, messages / looks));
	const deleted = Math.min(MESSAGES_A_CALL, messages);
	return { messages, pollers, requestsPerMessage: 1 + 1 / received + 1 / deleted };
}

/** Requests a month of a queue in which nothing ever is. */
export const idleRequests = (secondsAMonth: number): number => (POLLERS * secondsAMonth) / LONG_POLL_SECONDS;
