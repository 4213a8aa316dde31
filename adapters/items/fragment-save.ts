import type { Fragment } from "#domain/model/profile.ts";
import { bothChanges, type Changes, changesBetween, NO_CHANGES } from "./fragment-changes.ts";
import { type Cold, isWorn, toCold } from "./fragment-cold.ts";
import { toHot } from "./fragment-hot.ts";
import { isGrown } from "./fragment-ring.ts";
import { itemBytes } from "./item-bytes.ts";
import type { Condition, Item, Write } from "./item-store.ts";

/** One write unit is 1,024 bytes. */
const HOT_BYTES = 1000;

/** What is known of a fragment as it was read or written. */
export type Known = {
	/** Its cold item, if there is one. */
	readonly cold?: Cold | undefined;
	/**
	 * What changed since the cold item; undefined where the hot one holds everything. It does beside a cold item too, which
	 * somebody wrote who then lost the hot one: nobody can tell what changed since that and changed back.
	 */
	readonly changes?: Changes | undefined;
};

/** Writes one after the other, each all or nothing; and what is known of the fragment when all are done. */
export type SavePlan = { readonly steps: readonly (readonly Write[])[]; readonly known: Known };

type Saving = { readonly next: Fragment; readonly before: Fragment; readonly known: Known };

/**
 * How to write the next version of a fragment, in the cheapest way that is safe:
 *
 * 1. The hot item alone, if all that changed since the cold one is small, or everything is where it holds that.
 * 2. Else the cold item as of the version *before*, which is stored and true already, so that a crash or a racing writer after it
 *    does no harm: what the hot item says over it is the same. Then the hot item, with nothing but what is new.
 * 3. Where that alone is too much (or was not only added to), both at once, in one transaction.
 */
export function planSave(saving: Saving): SavePlan {
	const { next, before, known } = saving;
	if (!known.changes) {
		const hot = toHot(next, NO_CHANGES, undefined); // everything
		if (isSmall(hot)) return { steps: [[putHot(hot, before)]], known };
	}
	const step = changesBetween(before, next);
	const isAddedTo = isGrown(before.ring, next.ring);
	return (isAddedTo && (hotAlone(saving, step) ?? coldFirst(saving, step))) || bothAtOnce(saving);
}

function hotAlone({ next, before, known }: Saving, step: Changes): SavePlan | undefined {
	if (!known.cold || !known.changes) return undefined;
	const changes = bothChanges(known.changes, step);
	const hot = toHot(next, changes, known.cold);
	return isSmall(hot) ? { steps: [[putHot(hot, before)]], known: { cold: known.cold, changes } } : undefined;
}

function coldFirst({ next, before, known }: Saving, changes: Changes): SavePlan | undefined {
	const isUpToDate = before.version === (known.cold?.upTo ?? 0);
	if (isUpToDate || (known.cold && isWorn(known.cold, before))) return undefined;
	const { item, cold } = toCold(before, known.cold);
	const hot = toHot(next, changes, cold);
	return isSmall(hot)
		? { steps: [[putCold(item, known)], [putHot(hot, before)]], known: { cold, changes } }
		: undefined;
}

function bothAtOnce({ next, before, known }: Saving): SavePlan {
	const { item, cold } = toCold(next);
	const hot = toHot(next, NO_CHANGES, cold);
	return { steps: [[putCold(item, known), putHot(hot, before)]], known: { cold, changes: NO_CHANGES } };
}

const isSmall = (hot: Item): boolean => itemBytes(hot) <= HOT_BYTES;

const putHot = (item: Item, { version }: Fragment): Write =>
	put(item, version === 0 ? ABSENT : { equals: { v: version } });

const putCold = (item: Item, { cold }: Known): Write => put(item, cold ? { equals: { u: cold.upTo } } : ABSENT);

const put = (item: Item, condition: Condition): Write => ({ kind: "put", item, condition });

const ABSENT: Condition = { absent: true };
