const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A terminal's Ctrl+C reaches the launcher and this process, so the same wish comes twice: within this time it is one. */
const SAME_WISH_MS = 500;

/**
 * Resolves when somebody wants the process to end: by a signal, or because the launcher that started it has died. Whoever
 * asks again while it is ending gets their way at once.
 */
export function untilStopped(): Promise<void> {
	return new Promise((resolve) => {
		let wishedAt: number | undefined;
		const stop = () => {
			if (wishedAt !== undefined && performance.now() - wishedAt > SAME_WISH_MS) process.exit(130);
			wishedAt ??= performance.now();
			resolve();
		};
		for (const signal of SIGNALS) process.on(signal, stop);
		process.on("disconnect", stop);
	});
}
