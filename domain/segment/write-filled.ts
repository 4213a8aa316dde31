import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment, MeasureState } from "#domain/model/profile.ts";
import { canonical } from "#domain/rules/event-conditions.ts";
import { withinReach } from "#domain/rules/measures/fold-measures.ts";
import { filledKey } from "#domain/rules/measures/keep-measure.ts";
import type { KeptMeasure } from "#domain/rules/measures/measure.ts";
import type { Fragments } from "./ports.ts";

const TRIES = 5;

export type WriteFilledDeps = {
	readonly fragments: Fragments;
	readonly now: () => Date;
	/** Waits a little before try `attempt` (1, 2 …), a random while, so that two writers do not meet again. */
	readonly pause: (attempt: number) => Promise<void>;
};

/**
 * Writes into fragments what the archive says of the time before measures were kept. It takes the place of what was filled
 * in before where it differs, so filling in again writes nothing. An identifier without a fragment is left out: its first event is
 * still on its way, and the next recompute finds it. Answers how many fragments were written. Throws when others were
 * quicker five times.
 */
export async function writeFilled(
	people: ReadonlyMap<SeedId, MeasureState>,
	measures: readonly KeptMeasure[],
	deps: WriteFilledDeps,
): Promise<number> {
	let open = [...people.keys()];
	let written = 0;
	for (let attempt = 1; open.length > 0; attempt++) {
		if (attempt > TRIES) throw new Error(`${open.length} fragments were changed by others ${TRIES} times in a row`);
		if (attempt > 1) await deps.pause(attempt - 1);
		const fragments = await deps.fragments.load(open);
		const now = deps.now();
		const changed = fragments.flatMap((before) => {
			const next = filledIn(before, people.get(before.seedId) ?? {}, { measures, now });
			return next ? [{ before, next }] : [];
		});
		const saved = await Promise.all(
			changed.map(async ({ before, next }) => ({ id: before.seedId, kind: await deps.fragments.save(next, before) })),
		);
		open = saved.flatMap(({ id, kind }) => (kind === "refused" ? [id] : []));
		written += saved.length - open.length;
	}
	return written;
}

type Filling = { readonly measures: readonly KeptMeasure[]; readonly now: Date };

/** The fragment with all that was filled in; undefined when it has that already. */
function filledIn(fragment: Fragment, state: MeasureState, { measures, now }: Filling): Fragment | undefined {
	const changed = measures.flatMap((measure) => {
		const key = filledKey(measure.key);
		const known = withinReach(fragment.measures?.[key] ?? {}, measure, now);
		const next = withinReach(state[measure.key] ?? {}, measure, now);
		return textOf(known) === textOf(next) ? [] : [[key, next] as const];
	});
	if (changed.length === 0) return undefined;
	const all = Object.entries({ ...fragment.measures, ...Object.fromEntries(changed) });
	const kept = all.filter(([, buckets]) => Object.keys(buckets).length > 0);
	return { ...fragment, version: fragment.version + 1, measures: Object.fromEntries(kept) };
}

/** Equal stretches have equal texts. */
const textOf = (buckets: MeasureState[string]): string => canonical(buckets as Json); // plain data
