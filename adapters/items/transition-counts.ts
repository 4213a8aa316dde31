import type { DayCount, Transition, TransitionCounts } from "#domain/segment/transition-counts.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";
import { versionedItem } from "./versioned-item.ts";

/** As long as sizes are kept. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;
/** 48 bits tell a hundred transitions apart; so many of them are as many as come in one batch, and make an item of a kilobyte. */
const [MARK_LENGTH, MARKS] = [8, 100];
/** Several workers count at once while everybody is judged: each time one of them gets through. */
const TRIES = 8;

type Deps = {
	readonly items: ItemStore;
	readonly hash: (text: string) => string;
	readonly now: () => Date;
	/** Waits before what was refused is tried again for the nth time. */
	readonly pause: (attempt: number) => Promise<unknown>;
};

/** A day's count, with marks of the transitions that were counted last. */
type Counted = Omit<DayCount, "day"> & { readonly version: number; readonly marks: string; readonly ttl: number };

/** Counts over the item store: an item for each segment and day, which costs a read and a write for each batch that has to do with it. */
export function itemTransitionCounts({ items, hash, now, pause }: Deps): TransitionCounts {
	async function countDay(own: readonly Transition[], segmentId: string, day: string): Promise<void> {
		const { read, save } = versionedItem<Counted>(items, keys.segmentDay(segmentId, day));
		for (let attempt = 0; attempt < TRIES; attempt++) {
			if (attempt > 0) await pause(attempt);
			const before = await read();
			const after = counting(before, own, { hash, ttl: Math.floor(now().getTime() / 1000) + KEPT_SECONDS });
			if (!after || (await save(after)) === "saved") return;
		}
		throw new Error(`a day's count was changed by others ${TRIES} times in a row`);
	}

	return {
		async count(transitions) {
			const days = Map.groupBy(transitions, ({ segmentId, at }) => `${at.slice(0, 10)} ${segmentId}`);
			for (const [key, own] of days) await countDay(own, key.slice(11), key.slice(0, 10));
		},

		async days(segmentId, limit) {
			const { pk, sk } = keys.segmentDay(segmentId, "");
			const found = await items.query({ pk, prefix: sk, reverse: true, limit });
			return found.items.map(dayOf);
		},
	};
}

/** The count with those that were not counted yet; undefined where all were. */
function counting(
	before: Counted | undefined,
	own: readonly Transition[],
	{ hash, ttl }: { readonly hash: Deps["hash"]; readonly ttl: number },
): Counted | undefined {
	const { version = 0, entered = 0, exited = 0, marks = "" } = before ?? {};
	const known = new Set(marks.match(/.{8}/g));
	const fresh = new Map(own.map((one) => [hash(one.id).slice(0, MARK_LENGTH), one.kind] as const));
	for (const mark of known) fresh.delete(mark);
	if (fresh.size === 0) return undefined;
	const newly = [...fresh.values()].filter((kind) => kind === "entered").length;
	return {
		version: version + 1,
		entered: entered + newly,
		exited: exited + fresh.size - newly,
		marks: [...known, ...fresh.keys()].slice(-MARKS).join(""),
		ttl,
	};
}

/** As `countDay` wrote it. */
const dayOf = ({ sk, entered, exited }: Item): DayCount => ({
	day: sk.slice("DAY#".length),
	entered: Number(entered),
	exited: Number(exited),
});
