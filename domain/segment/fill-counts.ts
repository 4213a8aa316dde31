import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment, LeafState } from "#domain/model/profile.ts";
import { countOf } from "./compile-segments.ts";
import { filledKey } from "./leaf.ts";
import type { Fragments } from "./ports.ts";

const TRIES = 5;

/** As many days are kept apart, as for what is counted as it comes; earlier ones are added up on day 0. */
const DAYS = 400;

type FillDeps = { readonly fragments: Fragments; readonly pause: (attempt: number) => Promise<void> };

/**
 * Writes into fragments what the archive says was counted before: leaf → day → number, for each seed id. It stands beside
 * what is counted as events come and takes the place of what was filled in before, but never of more: an archive that
 * was behind is made up for, and filling in again changes nothing. An identifier without a fragment is left out: its
 * first event is still on its way, and the next recompute finds it. Answers how many fragments were written. Throws when
 * others were quicker five times.
 */
export async function fillCounts(totals: ReadonlyMap<SeedId, LeafState>, deps: FillDeps): Promise<number> {
	let open = [...totals.keys()];
	let written = 0;
	for (let attempt = 1; attempt <= TRIES; attempt++) {
		const fragments = await deps.fragments.load(open);
		const raised = fragments.flatMap((before) => {
			const next = raise(before, totals.get(before.seedId) ?? {});
			return next ? [{ next, before }] : [];
		});
		const saved = await Promise.all(
			raised.map(async ({ next, before }) => ({ next, kind: await deps.fragments.save(next, before) })),
		);
		open = saved.flatMap(({ next, kind }) => (kind === "refused" ? [next.seedId] : []));
		written += saved.length - open.length;
		if (open.length === 0) return written;
		await deps.pause(attempt);
	}
	throw new Error(`${open.length} fragments were changed by others ${TRIES} times in a row`);
}

/** The fragment with the higher counts; undefined when it has them already. */
function raise(fragment: Fragment, totals: LeafState): Fragment | undefined {
	const higher = Object.entries(totals).flatMap(([key, days]) => {
		const isHigher = countOf(days) > countOf(fragment.leaves[filledKey(key)]);
		return isHigher ? [[filledKey(key), recent(days)] as const] : [];
	});
	if (higher.length === 0) return undefined;
	const leaves = { ...fragment.leaves, ...Object.fromEntries(higher) };
	return { ...fragment, version: fragment.version + 1, leaves };
}

/** The latest days as they are, all others added up on day 0. */
function recent(days: LeafState[string]): LeafState[string] {
	const latest = Object.entries(days).sort(([a], [b]) => Number(b) - Number(a));
	if (latest.length <= DAYS) return days;
	const old = latest.slice(DAYS - 1).reduce((sum, [, count]) => sum + count, 0);
	return Object.fromEntries([...latest.slice(0, DAYS - 1), ["0", old]]);
}
