import { setTimeout } from "node:timers/promises";

/** Asks again and again until there is an answer. Throws when there was none in time, saying what was waited for. */
export async function eventually<Answer>(
	what: string,
	ask: () => Promise<Answer | undefined>,
	seconds = 250,
): Promise<Answer> {
	const deadline = Date.now() + seconds * 1000;
	while (Date.now() < deadline) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		await setTimeout(250);
	}
	throw new Error(`waited ${seconds} seconds for ${what}`);
}
