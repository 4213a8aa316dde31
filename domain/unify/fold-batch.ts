import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { emptyFragment, type FoldDeps, foldEvents } from "./fold-events.ts";
import type { Fragments } from "./ports.ts";
import type { Identified } from "./star.ts";

/** How often a refused write is folded again before the whole is left to a later try. */
const TRIES = 5;
/** What is folded onto a fragment that is not the stored one any more is refused, and folded anew onto that. */
const MAY_BE_STALE = { mayBeStale: true };

export type FoldBatchDeps = Omit<FoldDeps, "now"> & {
	readonly fragments: Fragments;
	readonly now: () => Date;
	/** Waits a little before try `attempt` (1, 2 …), a random while, so that two writers do not meet again. */
	readonly pause: (attempt: number) => Promise<void>;
};

/**
 * The fragments as they are now, and what went wrong with the others: a retry may cure it. `repeated` are those of which some of the
 * events had come before: whatever follows the folding may not have been done then.
 */
export type FoldedBatch = {
	readonly fragments: ReadonlyMap<SeedId, Fragment>;
	readonly repeated: ReadonlySet<SeedId>;
	readonly failed: ReadonlyMap<SeedId, unknown>;
};

/**
 * Folds a batch of events: all those of one fragment in one conditional write, none where nothing is new. Safe to run
 * twice, and beside others: who comes second reads again and folds onto what the first wrote.
 */
export async function foldBatch(events: readonly Identified[], deps: FoldBatchDeps): Promise<FoldedBatch> {
	const byFragment = Map.groupBy(events, ({ identifiers }) => identifiers[0].id);
	const known = new Map(
		(await deps.fragments.load([...byFragment.keys()], MAY_BE_STALE)).map((one) => [one.seedId, one]),
	);
	const fragments = new Map<SeedId, Fragment>();
	const repeated = new Set<SeedId>();
	const failed = new Map<SeedId, unknown>();
	await inParallel([...byFragment], async ([id, all]) => {
		try {
			const mine = all.map(({ event }) => event);
			const { fragment, added } = await foldOne(known.get(id) ?? emptyFragment(id), mine, deps);
			fragments.set(id, fragment);
			if (added < mine.length) repeated.add(id);
		} catch (error) {
			failed.set(id, error);
		}
	});
	return { fragments, repeated, failed };
}

type Folded = { readonly fragment: Fragment; readonly added: number };

async function foldOne(read: Fragment, events: readonly SourcedEvent[], deps: FoldBatchDeps): Promise<Folded> {
	let fragment = read;
	for (let attempt = 1; attempt <= TRIES; attempt++) {
		const next = foldEvents(fragment, events, { ...deps, now: deps.now() });
		if (next === fragment || (await deps.fragments.save(next, fragment)) === "saved") {
			return { fragment: next, added: next.eventCount - fragment.eventCount };
		}
		await deps.pause(attempt);
		const [again] = await deps.fragments.load([read.seedId]);
		fragment = again ?? emptyFragment(read.seedId);
	}
	throw new Error(`the fragment ${read.seedId} was changed by others ${TRIES} times in a row`);
}
