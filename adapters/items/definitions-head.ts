import type { Segment } from "#contracts/definitions/segment.ts";
import { eventConditions, type Hash, leafOf } from "#domain/segment/leaf.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * What is looked at every few seconds to know whether anything changed: a number that grows, and the keys of the counts
 * whose past is complete. The latter stand here so that they change together with the segments that look at them.
 */
export type Head = { readonly edition: number; readonly counted: readonly string[] };

/** Edition 0: nothing was ever applied. */
export async function readHead(items: ItemStore): Promise<Head> {
	const item: Item | undefined = await items.get(keys.definitionsHead());
	if (!item) return { edition: 0, counted: [] };
	// as `headWrite` wrote it
	return { edition: item.edition as number, counted: item.counted as readonly string[] };
}

/** The write that takes the place of the head before it; refused when another did so first. */
export const headWrite = ({ edition, counted }: Head): Write => ({
	kind: "put",
	item: { ...keys.definitionsHead(), edition, counted },
	condition: edition === 1 ? { absent: true } : { equals: { edition: edition - 1 } },
});

/**
 * Which counts are complete once these segments are in force. Before the first application there was no source, so no
 * event: all are. Later a new count lacks its past until a recompute fills it in, and one that nothing looks at any more
 * is not kept up, so it must not be taken for complete when it comes back.
 */
export function countedAfter({ edition, counted }: Head, segments: readonly Segment[], hash: Hash): string[] {
	const looked = leafKeys(segments, hash);
	return edition === 0 ? looked : looked.filter((key) => counted.includes(key));
}

/** The keys of all counts that segments look at, each once. */
export const leafKeys = (segments: readonly Segment[], hash: Hash): string[] => [
	...new Set(segments.flatMap(({ when }) => eventConditions(when).map((condition) => leafOf(condition, hash).key))),
];
