import { randomUUID } from "node:crypto";
import type { Queue, QueueMessage, ReceivedMessage } from "#domain/model/ports.ts";
import { breathe } from "../event-loop.ts";
import type { Database } from "./database.ts";
import { type QueueRow, type QueueStatements, queueStatements } from "./queue-statements.ts";

export type QueueOptions = {
	readonly database: Database;
	/** Which queue of the database this is. Two objects of one name are one queue. */
	readonly name: string;
	/** How long a received message stays hidden, in seconds; more than 0. */
	readonly visibilitySeconds: number;
	/** Where a message goes that has been received so often and comes up once more. Without it, it comes up for ever. */
	readonly redrive?: { readonly maxReceiveCount: number; readonly deadLetters: string };
	readonly now: () => Date;
};

export type EmbeddedQueue = Queue & {
	/** Adds messages inside the caller's transaction; `announce` is then the caller's to call, after it. */
	add(messages: readonly QueueMessage[]): void;
	/** Tells the listeners that something has arrived. */
	announce(): void;
	/** Calls the listener after messages were sent or given back without a delay. Answers how to stop that. */
	onArrival(listener: () => void): () => void;
};

/**
 * A durable queue in a SQLite file: at least once, as good as in order. What was sent, received or deleted stays so when
 * the process is killed; `openDatabase` gives back what a dead process was holding, receive counts kept.
 */
export function sqliteQueue(options: QueueOptions): EmbeddedQueue {
	const { database, name, now } = options;
	const statements = queueStatements(database);
	const listeners = new Set<() => void>();
	const announce = () => {
		for (const listener of listeners) listener();
	};

	const add = (messages: readonly QueueMessage[]): void => {
		const at = now().getTime();
		for (const { body, delaySeconds = 0 } of messages) {
			statements.add.run(name, randomUUID(), at, at + delaySeconds * 1000, body);
		}
	};

	return {
		add,
		announce,
		onArrival(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},

		async send(messages) {
			if (messages.length === 0) return;
			await database.together(() => add(messages));
			announce();
		},

		async receive(max) {
			await breathe();
			return receive(options, statements, max);
		},

		async delete(messages) {
			if (messages.length === 0) return;
			await database.together(() => {
				for (const { receipt } of messages) statements.delete.run(...claimOf(receipt));
			});
		},

		async release(messages, delaySeconds) {
			if (messages.length === 0) return;
			const visibleAt = now().getTime() + delaySeconds * 1000;
			await database.together(() => {
				for (const { receipt } of messages) statements.release.run(visibleAt, ...claimOf(receipt));
			});
			if (delaySeconds === 0) announce();
		},

		async depth() {
			await breathe();
			// count(*) and sum() of integers
			const { all, held } = statements.depth.get(now().getTime(), name) as { all: number; held: number };
			return { waiting: all - held, inFlight: held };
		},
	};
}

/** Takes what is visible, longest waiting first. Messages that came up too often go to the dead letters on the way. */
async function receive({ database, name, now, ...options }: QueueOptions, statements: QueueStatements, max: number) {
	const at = now().getTime();
	// an empty queue is asked often, and needs no transaction
	if (!statements.isAnyVisible.get(name, at)) return [];

	const take = (row: QueueRow): ReceivedMessage[] => {
		if (options.redrive && row.receive_count >= options.redrive.maxReceiveCount) {
			statements.bury.run(options.redrive.deadLetters, at, row.id);
			return [];
		}
		statements.hold.run(at + options.visibilitySeconds * 1000, row.id);
		return [messageOf(row)];
	};
	return database.together(() => {
		const taken: ReceivedMessage[] = [];
		while (taken.length < max) {
			const rows = statements.visible.all(name, at, max - taken.length) as QueueRow[]; // the columns' own shapes
			if (rows.length === 0) break;
			taken.push(...rows.flatMap(take));
		}
		return taken;
	});
}

/** A receipt is the row's id and the count of this receipt: a later receiver's is another, and makes this one void. */
function messageOf({ id, message_id, sent_at, receive_count, body }: QueueRow): ReceivedMessage {
	const receiveCount = receive_count + 1;
	return {
		messageId: message_id,
		body,
		receipt: `${id}.${receiveCount}`,
		receiveCount,
		sentAt: new Date(sent_at).toISOString(),
	};
}

function claimOf(receipt: string): [id: number, receiveCount: number] {
	const [id, receiveCount] = receipt.split(".").map(Number);
	return [id ?? 0, receiveCount ?? 0];
}
