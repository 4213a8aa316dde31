import { vi } from "vitest";
import type { Queue, ReceivedMessage } from "#domain/model/ports.ts";

/** The bodies, sorted: a queue promises no order. */
export const bodiesOf = (messages: readonly ReceivedMessage[]) => messages.map((message) => message.body).sort();

/** Receives until `count` messages are in hand: SQS may answer fewer than there are. */
export async function receiveAll(queue: Queue, count: number): Promise<ReceivedMessage[]> {
	const received: ReceivedMessage[] = [];
	await vi.waitFor(
		async () => {
			received.push(...(await queue.receive(Math.min(10, count - received.length))));
			if (received.length < count) throw new Error(`received ${received.length} of ${count} messages`);
		},
		{ timeout: 10_000, interval: 20 },
	);
	return received;
}

/** Receives one message; throws when none comes. */
export async function receiveOne(queue: Queue): Promise<ReceivedMessage> {
	const [message] = await receiveAll(queue, 1);
	if (!message) throw new Error("received nothing");
	return message;
}
