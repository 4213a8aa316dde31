import type { Counting } from "#domain/model/definitions.ts";
import type { Counts } from "#domain/rules/measures/keep-measure.ts";
import type { ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * What is looked at every few seconds to know whether anything changed: a number that grows, and how far the measures are
 * that segments and computed traits look at. The latter stand here so that they change together with the definitions.
 */
export type Head = { readonly edition: number; readonly counts: Counts };

/**
 * From when on a new measure is kept as events come, in seconds after it was applied: by then no function uses a copy of
 * the definitions that does not know it (5 s), however far their clocks are apart.
 */
const COUNTING_STARTS_AFTER = 15;

/** Edition 0: nothing was ever applied. */
export async function readHead(items: ItemStore): Promise<Head> {
	const item = await items.get(keys.definitionsHead());
	if (!item) return { edition: 0, counts: new Map() };
	const { edition, counts } = item as unknown as { edition: number; counts: StoredCounts }; // as `headWrite` wrote it
	return { edition, counts: new Map(Object.entries(counts).map(([meaning, all]) => [meaning, all.map(fromStored)])) };
}

/** `keptMs` is absent where it is kept for ever. */
type StoredCounting = readonly [since: string, isFilled: boolean] | readonly [string, boolean, keptMs: number];
type StoredCounts = { readonly [meaning: string]: readonly StoredCounting[] };

const fromStored = ([since, isFilled, keptMs]: StoredCounting): Counting => ({
	since,
	isFilled,
	...(keptMs !== undefined && { keptMs }),
});

const toStored = ({ since, isFilled, keptMs }: Counting): StoredCounting =>
	keptMs === undefined ? [since, isFilled] : [since, isFilled, keptMs];

/** The write that takes the place of the head before it; refused when another did so first. */
export function headWrite({ edition, counts }: Head): Write {
	const stored: StoredCounts = Object.fromEntries([...counts].map(([meaning, all]) => [meaning, all.map(toStored)]));
	const condition = edition === 1 ? { absent: true as const } : { equals: { edition: edition - 1 } };
	return { kind: "put", item: { ...keys.definitionsHead(), edition, counts: stored }, condition };
}

/**
 * A measure that begins with what is applied now. Before the first application there was no source, so no event: all are
 * complete from the start. Later it begins a little after now and lacks what came before.
 */
export const freshCounting = ({ edition }: Head, now: Date): Counting =>
	edition === 0
		? { since: "", isFilled: true }
		: { since: new Date(now.getTime() + COUNTING_STARTS_AFTER * 1000).toISOString(), isFilled: false };
