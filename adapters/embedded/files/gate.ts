/** Lets many readers in at once, or one writer alone, in the order in which they came: nobody waits for ever. */
export type Gate = {
	/** Runs `work` while no writer is inside. */
	shared<T>(work: () => Promise<T>): Promise<T>;
	/** Runs `work` alone. Not from inside the gate. */
	exclusive<T>(work: () => Promise<T>): Promise<T>;
};

export function gate(): Gate {
	// Settle when the last writer, and everybody let in since, are out.
	let written: Promise<unknown> = Promise.resolve();
	let everybody: Promise<unknown> = Promise.resolve();

	return {
		shared(work) {
			const done = written.then(work);
			everybody = Promise.allSettled([everybody, done]);
			return done;
		},
		exclusive(work) {
			const done = everybody.then(work);
			written = Promise.allSettled([done]);
			everybody = written;
			return done;
		},
	};
}
