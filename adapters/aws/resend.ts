import { setTimeout } from "node:timers/promises";

/** An item that a call did not take though the call itself was answered, and the service's reason. */
export type Refused<T> = { readonly item: T; readonly code: string };

/** How many calls an item is given in all, and how to wait before the next one (`attempt` is 1 after the first call). */
export type Resending = { readonly tries: number; readonly wait: (attempt: number) => Promise<unknown> };

/** Four more tries within about two seconds, at random moments: what was throttled together must not come back together. */
export const withJitter: Resending = {
	tries: 5,
	wait: (attempt) => setTimeout(Math.random() * Math.min(1000, 50 * 2 ** attempt)),
};

/**
 * Sends all items, then those that were refused, alone, and again; answers what stayed refused. `send` says which items
 * its call did not take; what it throws is thrown.
 */
export async function sendUntilTaken<T>(
	items: readonly T[],
	send: (items: readonly T[]) => Promise<readonly Refused<T>[]>,
	{ tries, wait }: Resending = withJitter,
): Promise<readonly Refused<T>[]> {
	let refused = items.length === 0 ? [] : await send(items);
	for (let attempt = 1; refused.length > 0 && attempt < tries; attempt++) {
		await wait(attempt);
		refused = await send(refused.map(({ item }) => item));
	}
	return refused;
}

/** The distinct reasons, for an error's text. */
export const codesOf = (refused: readonly Refused<unknown>[]): string[] => [
	...new Set(refused.map(({ code }) => code)),
];
