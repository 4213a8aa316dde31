import type { Database } from "#adapters/embedded/sqlite/database.ts";
import { sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";

export const QUEUES = { healthy: "healthy", maxReceiveCount: 6 } as const;

/** The queue that is worked on while its process is killed, and its dead letters. */
export function queuesOf(database: Database) {
	const options = { database, visibilitySeconds: 600, now: () => new Date() };
	const redrive = { maxReceiveCount: QUEUES.maxReceiveCount, deadLetters: "work-dead" };
	return {
		queue: sqliteQueue({ ...options, name: "work", redrive }),
		deadLetters: sqliteQueue({ ...options, name: "work-dead" }),
	};
}
