import { delivery as message } from "#contracts/queues/delivery.ts";
import type { Queue, ReceivedMessage } from "#domain/model/ports.ts";
import type { Delivery } from "./delivery.ts";
import { afterRedrive, waiting } from "./log-entry.ts";
import type { DeliveryLog } from "./ports.ts";

export type RedriveDeps = {
	readonly deliveries: Queue;
	readonly deadLetters: Queue;
	readonly deliveryLog: DeliveryLog;
	readonly now: () => Date;
};

export type RedriveRequest = {
	/** Only this one's; otherwise everybody's. */
	readonly destinationId?: string;
	/** Send at most so many. */
	readonly limit: number;
};

export type Redriven = {
	readonly redriven: number;
	/** Dead letters looked at: a queue cannot be asked for some of its messages only. */
	readonly examined: number;
	/** Whether the dead letters were seen to their end. */
	readonly isComplete: boolean;
};

/** So that one call ends before anybody's patience does. */
const EXAMINED_AT_MOST = 1000;
const RECEIVED_AT_ONCE = 10;

/**
 * Sends dead letters again, as a new round of ten tries. Each is sent before it is taken off the dead letters: a crash
 * in between sends it twice at worst, in the same round, of which the log lets only one be delivered.
 */
export async function redriveDeliveries(
	{ destinationId, limit }: RedriveRequest,
	deps: RedriveDeps,
): Promise<Redriven> {
	const untouched: ReceivedMessage[] = [];
	let [redriven, examined, isComplete] = [0, 0, false];
	while (redriven < limit && examined < EXAMINED_AT_MOST) {
		const received = await deps.deadLetters.receive(Math.min(RECEIVED_AT_ONCE, limit - redriven));
		if (received.length === 0) {
			isComplete = true;
			break;
		}
		examined += received.length;
		const read = received.map((letter) => ({ letter, delivery: readDelivery(letter.body) }));
		const chosen = read.flatMap(({ letter, delivery }) =>
			delivery && (destinationId ?? delivery.destinationId) === delivery.destinationId ? [{ letter, delivery }] : [],
		);
		untouched.push(...received.filter((letter) => !chosen.some((choice) => choice.letter === letter)));
		await sendAgain(chosen, deps);
		redriven += chosen.length;
	}
	await deps.deadLetters.release(untouched, 0);
	return { redriven, examined, isComplete };
}

async function sendAgain(chosen: readonly { letter: ReceivedMessage; delivery: Delivery }[], deps: RedriveDeps) {
	const startedAt = deps.now().toISOString();
	const again = chosen.map(({ delivery: { notBefore: _over, ...kept } }) => ({
		...kept,
		round: kept.round + 1,
		attempt: 1,
		startedAt,
	}));
	await deps.deliveries.send(again.map((delivery) => ({ body: JSON.stringify(delivery) })));
	for (const delivery of again) {
		await deps.deliveryLog.change(waiting(delivery), (log) => afterRedrive(log, delivery));
	}
	await deps.deadLetters.delete(chosen.map(({ letter }) => letter));
}

/** A delivery out of a message; undefined for what is none. */
function readDelivery(body: string): Delivery | undefined {
	try {
		const { success, data } = message.safeParse(JSON.parse(body));
		// The schema says of its fields what the type does, though not which of them are JSON.
		return success ? (data as Delivery) : undefined;
	} catch {
		return undefined;
	}
}
