/** A sleep that can be cut short. A wake while nobody sleeps makes the next sleep short, so that no wake is lost. */
export function sleeper() {
	let woken = false;
	const sleeping = new Set<() => void>();
	return {
		async wait(ms: number): Promise<void> {
			if (!woken) {
				await new Promise<void>((resolve) => {
					const timer = setTimeout(done, ms);
					function done() {
						clearTimeout(timer);
						sleeping.delete(done);
						resolve();
					}
					sleeping.add(done);
				});
			}
			woken = false;
		},
		wake(): void {
			woken = true;
			for (const done of [...sleeping]) done();
		},
	};
}
