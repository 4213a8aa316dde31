import { SqlRefused } from "#domain/model/ports.ts";

/**
 * What the process may take on top while a query runs. The engine's own limit is a fifth of it; what texts take while they
 * are made into longer ones is beside that, and counted by nobody.
 */
const MOST_BYTES = 1024 ** 3;
const LOOK_MS = 50;

export type MemoryGuard = {
	/** Throws the error on, or `SqlRefused` in its place when the query was stopped for its memory. */
	readonly explain: (error: unknown) => never;
	stop(): void;
};

/** Looks at the process's memory from now on, and calls `interrupt` when it has grown too much. */
export function guardMemory(interrupt: () => void, mostBytes = MOST_BYTES): MemoryGuard {
	const before = process.memoryUsage.rss();
	let isOver = false;
	const looking = setInterval(() => {
		if (process.memoryUsage.rss() - before <= mostBytes) return;
		isOver = true;
		interrupt();
	}, LOOK_MS).unref();
	return {
		explain(error) {
			throw isOver ? new SqlRefused("the query took too much memory") : error;
		},
		stop: () => clearInterval(looking),
	};
}
