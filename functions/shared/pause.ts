const FIRST_MS = 20;

/** Waits a random while, up to 20 ms before the first try, 40 before the second, and so on: two writers do not meet again. */
export const pauseWithJitter = (attempt: number): Promise<void> =>
	new Promise((resolve) => {
		setTimeout(resolve, Math.random() * FIRST_MS * 2 ** (attempt - 1));
	});
