/** Writes of one transaction, at most: some milliseconds, so that the event loop gets its turn. As many as are done in parallel. */
const MOST_AT_ONCE = 32;

type Wanted = {
	readonly work: () => unknown;
	readonly resolve: (answer: unknown) => void;
	readonly reject: (reason: unknown) => void;
};

export type GroupCommit = {
	/** Does all of `work`, or nothing when it throws, with what else is asked for in this turn of the event loop. */
	together<T>(work: () => T): Promise<T>;
	/** Does at once all that has been asked for. */
	flush(): void;
};

/**
 * Group commit: what is asked for in one turn of the event loop is one transaction, in the order of asking; what is too much for
 * one waits for the next turn. A commit writes each page it touched to the log once, so twenty small writes cost little more than one. Nobody is answered before the
 * commit. When something throws, everything is rolled back and done again one by one, so that only what threw has failed:
 * `work` must do the same when it is done again.
 */
export function groupCommit(transaction: <T>(work: () => T) => T): GroupCommit {
	const wanted: Wanted[] = [];

	function turn(): void {
		const some = wanted.splice(0, MOST_AT_ONCE);
		if (wanted.length > 0) setImmediate(turn);
		if (some.length > 1 && atOnce(some)) return;
		for (const one of some) alone(one);
	}
	/** False when nothing of it has been done. */
	function atOnce(all: readonly Wanted[]): boolean {
		try {
			const answers = transaction(() => all.map(({ work }) => work()));
			for (const [position, { resolve }] of all.entries()) resolve(answers[position]);
			return true;
		} catch {
			return false; // whoever threw throws again, and is told why
		}
	}
	function alone({ work, resolve, reject }: Wanted): void {
		try {
			resolve(transaction(work));
		} catch (error) {
			reject(error);
		}
	}

	return {
		flush() {
			while (wanted.length > 0) turn();
		},
		together: <T>(work: () => T) =>
			new Promise<T>((resolve, reject) => {
				if (wanted.length === 0) setImmediate(turn);
				// what `work` answers is what its own promise is of
				wanted.push({ work, resolve: resolve as (answer: unknown) => void, reject });
			}),
	};
}
