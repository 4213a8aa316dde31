import { setImmediate as turn } from "node:timers/promises";

/**
 * How long AWS takes to answer, milliseconds: medians that are seen within a region. Nobody can measure them here, so they are
 * assumed, and stated with every figure that they are part of.
 */
const WAIT_MS: { readonly [operation: string]: number } = {
	GetItem: 3,
	BatchGetItem: 4,
	Query: 4,
	PutItem: 5,
	UpdateItem: 5,
	DeleteItem: 5,
	TransactWriteItems: 12,
	PutEvents: 10,
	PutRecordBatch: 20,
	SendMessageBatch: 8,
	"an HTTP request": 40,
};

/**
 * The waiting of a function: calls that are under way together are waited for together. Nobody waits really; all that is asked for
 * before everybody stands still is one round, and takes as long as its slowest call.
 */
export function openWaiting() {
	let rounds = 0;
	let waitedMs = 0;
	let uncountedMicros = 0;
	let round: { slowest: number; over: Promise<void> } | undefined;

	async function standStill(): Promise<void> {
		// whoever is still on his way to a call gets there in a few turns of the event loop
		for (let n = 0; n < 4; n++) await turn();
		rounds++;
		waitedMs += round?.slowest ?? 0;
		round = undefined;
	}

	return {
		async until(operation: string): Promise<void> {
			round ??= { slowest: 0, over: standStill() };
			round.slowest = Math.max(round.slowest, WAIT_MS[operation] ?? 10);
			await round.over;
		},
		/** Does what a service would do elsewhere: its processor time is not the function's. */
		uncounted<T>(work: () => T): T {
			const before = cpuMicros();
			try {
				return work();
			} finally {
				uncountedMicros += cpuMicros() - before;
			}
		},
		/** Processor time of this thread without that of the services, microseconds; and how long it would have waited. */
		read: () => ({ rounds, waitedMs, cpuMicros: cpuMicros() - uncountedMicros }),
	};
}

/** Also the processor time of garbage collection in other threads is left out: it is the whole process's. */
function cpuMicros(): number {
	const { user, system } = process.threadCpuUsage();
	return user + system;
}
