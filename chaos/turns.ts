import type { Chance } from "#demo/random.ts";

/** Somebody who makes calls, until he dies. */
export type Caller = { readonly name: string; isDead: boolean };

export type Turns = {
	/** Waits until it is this call's turn, and then makes it. A dead caller's never comes. */
	take<T>(caller: Caller, call: () => Promise<T>): Promise<T>;
	/** How many calls wait for their turn. */
	waiting(): number;
	/** Lets one of the waiting calls happen, by chance, and resolves when all that follows from it at once has happened. */
	next(): Promise<void>;
	/** Resolves when everybody waits for a turn, or for nothing. */
	settled(): Promise<void>;
};

/**
 * A slow machine makes an embedded adapter give way (`event-loop.ts`), once for each call; nobody makes more calls in a row
 * than this that do not wait for their turn.
 */
const LOOP_TURNS = 6;

/**
 * Lets calls happen one after the other in an order by chance, so that a seed tells the same story again: between two calls
 * nobody does anything but compute. That is what makes races of many workers come again.
 */
export function turnsBy(luck: Chance): Turns {
	const queue: { readonly caller: Caller; readonly run: () => Promise<void> }[] = [];
	const settled = async () => {
		for (let turn = 0; turn < LOOP_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
	};

	return {
		take: <T>(caller: Caller, call: () => Promise<T>) =>
			new Promise<T>((resolve, reject) => {
				const unlessDead = (tell: () => void) => void (caller.isDead || tell());
				const run = () =>
					call().then(
						(answer) => unlessDead(() => resolve(answer)),
						(error: unknown) => unlessDead(() => reject(error)),
					);
				if (!caller.isDead) queue.push({ caller, run });
			}),
		waiting: () => queue.length,
		async next() {
			const at = luck.between(0, queue.length - 1);
			const [turn] = queue.splice(at, 1);
			if (turn && !turn.caller.isDead) await turn.run();
			await settled();
		},
		settled,
	};
}
