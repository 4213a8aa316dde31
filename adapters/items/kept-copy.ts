import { type Head, readHead } from "./definitions-head.ts";
import type { ItemStore } from "./item-store.ts";

/** How long a copy is used before the head is looked at again: what is applied is in force everywhere after this. */
const MAX_AGE_SECONDS = 5;

const LOADS = 5;

export type KeptCopyDeps = {
	readonly items: ItemStore;
	readonly now: () => Date;
	/** @default 5 */
	readonly maxAgeSeconds?: number;
};

/** Reads what the copy is made of, and answers how to make it, given the head that it was read under. */
type Load<T> = () => Promise<(head: Head) => T>;

/**
 * A copy in memory of what was applied, or of a part of it. When it is older than `maxAgeSeconds` one small item says whether
 * anything changed; only then it is read anew. Those who ask meanwhile wait for the same reading.
 */
export function keptCopy<T>({ items, now, maxAgeSeconds = MAX_AGE_SECONDS }: KeptCopyDeps, load: Load<T>) {
	let copy: { readonly edition: number; readonly content: T } | undefined;
	let lookedAt = Number.NEGATIVE_INFINITY;
	let looking: Promise<T> | undefined;

	const look = async (): Promise<T> => {
		const startedAt = now().getTime();
		const head = await readHead(items);
		if (copy?.edition !== head.edition) copy = await settled(items, head, load);
		lookedAt = startedAt;
		return copy.content;
	};

	return {
		async current(): Promise<T> {
			if (copy && now().getTime() - lookedAt < maxAgeSeconds * 1000) return copy.content;
			looking ??= look().finally(() => {
				looking = undefined;
			});
			return looking;
		},
	};
}

/** Reads until nothing was applied in between. Throws when that never happens: a retry will cure it. */
async function settled<T>(
	items: ItemStore,
	first: Head,
	load: Load<T>,
): Promise<{ readonly edition: number; readonly content: T }> {
	let before = first;
	for (let attempt = 0; attempt < LOADS; attempt++) {
		const make = await load();
		const after = await readHead(items);
		if (after.edition === before.edition) return { edition: after.edition, content: make(after) };
		before = after;
	}
	throw new Error(`definitions changed ${LOADS} times in a row while they were read`);
}
