import { ChangedWhileRead } from "./view.ts";

/** How often a refused write is decided again before the whole is left to a later try. */
const TRIES = 5;

type Patience = {
	/** Waits a little before try `attempt` (1, 2 …), a random while, so that two writers do not meet again. */
	readonly pause: (attempt: number) => Promise<void>;
	/** What is tried, for the error's text. Nothing about a person. */
	readonly what: string;
};

/** Does something until nobody else was quicker: reads, decides and writes anew each time. Throws after five times in a row. */
export async function insist<T>(once: () => Promise<T | "refused">, { pause, what }: Patience): Promise<T> {
	for (let attempt = 1; attempt <= TRIES; attempt++) {
		const answer = await once().catch((error: unknown) => {
			if (error instanceof ChangedWhileRead) return "refused" as const;
			throw error;
		});
		if (answer !== "refused") return answer;
		await pause(attempt);
	}
	throw new Error(`${what} was changed by others ${TRIES} times in a row`);
}
