/** As many as a store's connections carry at once without waiting for each other. */
const AT_ONCE = 32;

/** Does the same with each of many, some at a time. `work` deals itself with what fails. */
export async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
	const waiting = all.values();
	const worker = async () => {
		for (const one of waiting) await work(one);
	};
	await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
}
