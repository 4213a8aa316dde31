import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import type { SegmentVolumeChanged } from "#contracts/bus/segment-volume-changed.ts";
import type { MeasuredSize, RecomputeRun, Recomputes, SegmentState } from "#domain/segment/ports.ts";
import { headWrite, readHead } from "./definitions-head.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";
import { outboxWrite } from "./outbox.ts";
import { versionedItem } from "./versioned-item.ts";

const TRIES = 5;

/** A year and a month: so a day can be compared with the one a year before it. */
const SIZES_KEPT_SECONDS = 400 * 24 * 60 * 60;

type Deps = { readonly items: ItemStore; readonly now: () => Date };

/** Recomputes over the item store: one item for the run, one for each segment, and one for each time it was measured. */
export function itemRecomputes({ items, now }: Deps): Recomputes {
	const runs = versionedItem<StoredRun>(items, keys.recompute());
	return {
		async run() {
			const run = await runs.read();
			return run && { ...run, lists: run.lists ?? {}, relisted: run.relisted ?? [] };
		},
		saveRun: runs.save,

		async states(segmentIds) {
			const found = await items.batchGet([...new Set(segmentIds)].map((id) => keys.segment(id)));
			return new Map(found.map((item) => [item.pk.slice("SEGM#".length), stateOf(item)]));
		},

		async saveState(segmentId, state, news) {
			const { size, version, measuredAt } = state;
			const ttl = Math.floor(now().getTime() / 1000) + SIZES_KEPT_SECONDS;
			await items.transact([
				{ kind: "update", key: keys.segment(segmentId), changes: { set: { ...state } } },
				{ kind: "put", item: { ...keys.segmentSize(segmentId, measuredAt), size, version, ttl } },
				...(news ? [newsWrite(news, now())] : []),
			]);
		},

		async saveReconciled(segmentId, reconciled) {
			await items.update(keys.segment(segmentId), { set: { reconciled: { ...reconciled } } }, { present: true });
		},

		async forgetState(segmentId) {
			await items.delete(keys.segment(segmentId));
		},

		async sizes(segmentId, limit) {
			const { pk, sk } = keys.segmentSize(segmentId, "");
			const { items: found } = await items.query({ pk, prefix: sk, reverse: true, limit });
			return found.map(sizeOf);
		},

		async markFilled(measures) {
			const filled = new Set(measures.map(({ meaning, since }) => `${meaning} ${since}`));
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

/** Named by the measurement, so that it cannot be told twice. */
const newsWrite = (news: SegmentVolumeChanged, now: Date): Write => {
	const entry = { source: CATALOGUE.SegmentVolumeChanged, detailType: "SegmentVolumeChanged", detail: news };
	return outboxWrite(`${news.segmentId}:volume:${news.at}`, entry, now);
};

type Without<T, Fields extends keyof T> = Omit<T, Fields> & Partial<Pick<T, Fields>>;

/** The first version of it knew no lists. */
type StoredRun = Without<RecomputeRun, "lists" | "relisted">;

/** As `saveState` and `saveReconciled` wrote it; the first version of it was measured when the run began. */
function stateOf(item: Item): SegmentState {
	const { pk: _, sk: __, ...state } = item;
	const stored = state as unknown as Without<SegmentState, "measuredAt" | "standing">;
	return { measuredAt: stored.recomputedAt, standing: [], ...stored };
}

/** As `saveState` wrote it. */
const sizeOf = ({ sk, size, version }: Item): MeasuredSize => ({
	at: sk.slice("SIZE#".length),
	size: Number(size),
	version: Number(version),
});
