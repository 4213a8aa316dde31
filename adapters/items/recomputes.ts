import type { RecomputeRun, Recomputes, SegmentState } from "#domain/segment/ports.ts";
import { headWrite, readHead } from "./definitions-head.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

const TRIES = 5;

/** Recomputes over the item store: one item for the run, one for each segment. */
export function itemRecomputes({ items }: { readonly items: ItemStore }): Recomputes {
	return {
		async run() {
			const item = await items.get(keys.recompute());
			return item && runOf(item);
		},

		async saveRun(run) {
			const condition = run.version === 1 ? { absent: true as const } : { equals: { version: run.version - 1 } };
			const { kind } = await items.put({ ...keys.recompute(), ...run, covers: { ...run.covers } }, condition);
			return kind === "written" ? "saved" : "refused";
		},

		async states(segmentIds) {
			const found = await items.batchGet([...new Set(segmentIds)].map((id) => keys.segment(id)));
			return new Map(found.map((item) => [item.pk.slice("SEGM#".length), stateOf(item)]));
		},

		async saveState(segmentId, state) {
			await items.put({ ...keys.segment(segmentId), ...state });
		},

		async forgetState(segmentId) {
			await items.delete(keys.segment(segmentId));
		},

		async markFilled(leaves) {
			const filled = new Set(leaves.map(({ meaning, since }) => `${meaning} ${since}`));
			for (let attempt = 0; attempt < TRIES; attempt++) {
				const { edition, counts } = await readHead(items);
				const next = [...counts].map(([meaning, all]) => {
					const marked = all.map((one) => ({
						...one,
						isFilled: one.isFilled || filled.has(`${meaning} ${one.since}`),
					}));
					return [meaning, marked] as const;
				});
				const { kind } = await items.transact([headWrite({ edition: edition + 1, counts: new Map(next) })]);
				if (kind === "written") return;
			}
			throw new Error(`definitions were applied ${TRIES} times in a row while counts were marked as filled in`);
		},
	};
}

/** As `saveRun` wrote it. */
function runOf(item: Item): RecomputeRun {
	const { version, startedAt, phase, slices, slice, after, covers, leasedUntil } = item as unknown as RecomputeRun;
	const place = { slices, slice, ...(after !== undefined && { after }) };
	return { version, startedAt, phase, ...place, covers, leasedUntil };
}

/** As `saveState` wrote it. */
function stateOf(item: Item): SegmentState {
	const { version, size, recomputedAt } = item as unknown as SegmentState;
	return { version, size, recomputedAt };
}
