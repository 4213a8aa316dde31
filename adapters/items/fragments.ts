import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import type { Fragments } from "#domain/unify/ports.ts";
import { coldMemory } from "./cold-memory.ts";
import { type Cold, fromCold } from "./fragment-cold.ts";
import { versionsOf } from "./fragment-hot.ts";
import { fragmentOf } from "./fragment-read.ts";
import { type Known, planSave } from "./fragment-save.ts";
import type { Item, ItemStore, Reading, Write, Written } from "./item-store.ts";
import { keys } from "./keys.ts";

/** How often items that do not fit together are read again, before the whole is left to a later try. */
const TRIES = 10;

type Deps = { readonly items: ItemStore; readonly now?: () => Date };

/**
 * What is known through each identifier, in the item store. A fragment is two items, so that what an event writes is small
 * however much there is: the *cold* one holds all of it as it was at a version `u`; the *hot* one is of version `v`, and holds
 * whatever changed since some version that a cold item was of, as it is now. Nearly every save puts the hot item, once, on
 * condition of its version (`fragment-save.ts`). Most people never have a cold item.
 *
 * The two are not read at one moment. They fit together where `hot.u ≤ cold.u ≤ hot.v`, and then they are the fragment at `v`:
 * what changed after `hot.u` stands in the hot item, all else in the cold one as it was at `hot.u` and is still.
 */
export function itemFragments({ items, now = () => new Date() }: Deps): Fragments {
	const memory = coldMemory({ now });
	const knownOf = new WeakMap<Fragment, Known>();

	async function load(ids: readonly SeedId[], how: Reading = {}): Promise<Fragment[]> {
		const fragments: Fragment[] = [];
		let open = [...new Set(ids)];
		for (let attempt = 1; open.length > 0; attempt++) {
			if (attempt > TRIES) throw new Error(`${open.length} fragments were changed by others while they were read`);
			// what does not fit together may be so because it was stale
			const hot = await items.batchGet(
				open.map((id) => keys.fragment(id)),
				attempt === 1 ? how : {},
			);
			const cold = await coldOf(hot);
			open = hot.flatMap((item) => {
				const read = fragmentOf(item, cold.get(idOf(item)));
				if (!read) return [idOf(item)];
				knownOf.set(read.fragment, read);
				fragments.push(read.fragment);
				return [];
			});
			for (const id of open) memory.doubt(id);
		}
		return fragments;
	}

	/** The cold items that hot ones go with. */
	async function coldOf(hot: readonly Item[]): Promise<ReadonlyMap<SeedId, Cold>> {
		const found = new Map<SeedId, Cold>();
		const unread = hot.filter((item) => {
			const [id, { since }] = [idOf(item), versionsOf(item)];
			const isDoubted = memory.isDoubted(id);
			const cold = memory.recall(id, since);
			if (cold) found.set(id, cold);
			return !cold && (since > 0 || isDoubted);
		});
		const read = unread.length > 0 ? await items.batchGet(unread.map((one) => keys.fragmentBody(idOf(one)))) : [];
		for (const cold of read.map(fromCold)) {
			memory.keep(cold);
			found.set(cold.seedId, cold);
		}
		return found;
	}

	/** The version before as it is stored; undefined when the stored one is another by now. */
	async function stored(before: Fragment): Promise<{ readonly before: Fragment; readonly known: Known } | undefined> {
		if (before.version === 0) return { before, known: {} };
		const atHand = knownOf.get(before);
		if (atHand) return { before, known: atHand };
		const [read] = await load([before.seedId]);
		const known = read && knownOf.get(read);
		return known && read.version === before.version ? { before: read, known } : undefined;
	}

	const write = ([first, ...more]: readonly Write[]): Promise<Written> =>
		first?.kind === "put" && more.length === 0
			? items.put(first.item, first.condition)
			: items.transact(first ? [first, ...more] : []);

	return {
		load,
		async save(next, before) {
			const read = await stored(before);
			if (!read || next.version !== read.before.version + 1) return "refused";
			const { steps, known } = planSave({ next, ...read });
			for (const step of steps) {
				if ((await write(step)).kind === "written") continue;
				memory.doubt(next.seedId);
				return "refused";
			}
			if (known.cold) memory.keep(known.cold);
			knownOf.set(next, known);
			return "saved";
		},
	};
}

const idOf = ({ pk }: Item): SeedId => pk.slice(2) as SeedId; // the key is made of it
