import type { Segment } from "#contracts/definitions/segment.ts";
import type { Counting } from "#domain/model/definitions.ts";
import { eventConditions, type Hash, meaningOf } from "#domain/segment/leaf.ts";
import type { ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * What is looked at every few seconds to know whether anything changed: a number that grows, and how far the counts are
 * that segments look at. The latter stand here so that they change together with the segments.
 */
export type Head = { readonly edition: number; readonly counts: ReadonlyMap<string, Counting> };

/**
 * From when on a new count is kept as events come, in seconds after it was applied: by then no function uses a copy of
 * the definitions that does not know it (5 s), however far their clocks are apart.
 */
const COUNTING_STARTS_AFTER = 15;

/** Edition 0: nothing was ever applied. */
export async function readHead(items: ItemStore): Promise<Head> {
	const item = await items.get(keys.definitionsHead());
	if (!item) return { edition: 0, counts: new Map() };
	const { edition, counts } = item as unknown as { edition: number; counts: StoredCounts }; // as `headWrite` wrote it
	return {
		edition,
		counts: new Map(Object.entries(counts).map(([key, [since, isFilled]]) => [key, { since, isFilled }])),
	};
}

type StoredCounts = { readonly [meaning: string]: readonly [since: string, isFilled: boolean] };

/** The write that takes the place of the head before it; refused when another did so first. */
export function headWrite({ edition, counts }: Head): Write {
	const stored: StoredCounts = Object.fromEntries(
		[...counts].map(([meaning, { since, isFilled }]) => [meaning, [since, isFilled] as const]),
	);
	const condition = edition === 1 ? { absent: true as const } : { equals: { edition: edition - 1 } };
	return { kind: "put", item: { ...keys.definitionsHead(), edition, counts: stored }, condition };
}

/**
 * How far the counts are once these segments are in force. Before the first application there was no source, so no event:
 * all are complete from the start. Later a new count begins a little after now and lacks what came before. One that
 * nothing looks at any more is not kept up, so it is forgotten, and begun anew when it comes back.
 */
export function countsAfter(
	{ edition, counts }: Head,
	segments: readonly Segment[],
	{ hash, now }: { readonly hash: Hash; readonly now: Date },
): ReadonlyMap<string, Counting> {
	const since = edition === 0 ? "" : new Date(now.getTime() + COUNTING_STARTS_AFTER * 1000).toISOString();
	const fresh: Counting = { since, isFilled: edition === 0 };
	const looked = segments.flatMap(({ when }) => eventConditions(when).map((condition) => meaningOf(condition, hash)));
	return new Map(looked.map((meaning) => [meaning, counts.get(meaning) ?? fresh]));
}
