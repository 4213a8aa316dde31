import type { ItemStore } from "#adapters/items/item-store.ts";

type Call = (...of: never[]) => Promise<unknown>;

/** Runs around each call to a store; it may throw before the call, as a network does, or after it, as a crash does. */
export function aroundEach(
	items: ItemStore,
	around: (name: string, call: () => Promise<unknown>) => Promise<unknown>,
): ItemStore {
	const wrapped = Object.entries(items).map(([name, call]) => {
		return [name, (...of: never[]) => around(name, () => (call as Call)(...of))];
	});
	return Object.fromEntries(wrapped) as ItemStore; // every method, each with its own name
}

/** A store that is away now and then: `dice` says at each call whether it throws before it, after it, or not at all. */
export const faulty = (items: ItemStore, dice: () => "before" | "after" | "never"): ItemStore =>
	aroundEach(items, async (name, call) => {
		const fault = dice();
		if (fault === "before") throw new Error(`the store was away before ${name}`);
		const answer = await call();
		if (fault === "after") throw new Error(`the store was away after ${name}`);
		return answer;
	});
