import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { changesIn, fromCells, type StoredCells, toCells, withCells } from "./fragment-cells.ts";
import { type Changes, everythingIn } from "./fragment-changes.ts";
import type { Cold } from "./fragment-cold.ts";
import { naming, numbered, numbering } from "./fragment-names.ts";
import { moment, type Origin, originsIn, originTable, time } from "./fragment-origins.ts";
import { bothRings, ringBeyond } from "./fragment-ring.ts";
import { type StoredTraits, toTraits, withTraits } from "./fragment-traits.ts";
import type { Item } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * The hot item of a fragment: what every event reads and writes, so its names are short and nothing in it is said twice.
 * 1 KB is one write unit. It holds what changes with every event, and all that changed since the cold item (`fragment-cold.ts`),
 * as it is now; without a cold item, everything.
 *
 * | | holds | as |
 * |---|---|---|
 * | `v` | version | number |
 * | `u` | which cold item (the version it is as of), if any | number |
 * | `n` | eventCount | number |
 * | `f`, `l` | firstSeen, lastSeen | milliseconds since 1970 in base 36 |
 * | `k`, `w` | names that the cold item has no number for; the first has this one | texts, number |
 * | `o` | origins | as in the cold item |
 * | `t`, `s` | traits | see `fragment-traits.ts` |
 * | `m`, `j` | measures | see `fragment-cells.ts` |
 * | `r` | ring: the hashes that the cold item has not | hour → hashes |
 */
type HotItem = Item &
	StoredTraits &
	StoredCells & {
		readonly v: number;
		readonly u?: number;
		readonly n: number;
		readonly f: string;
		readonly l: string;
		readonly k?: readonly string[];
		readonly w?: number;
		readonly o?: readonly Origin[];
		readonly r?: Fragment["ring"];
	};

/** A fragment as what changed of it since a cold item; as everything when there is none. */
export function toHot(fragment: Fragment, changes: Changes, cold: Cold | undefined): Item {
	const { seedId, version, eventCount, firstSeen, lastSeen, ring } = fragment;
	const [names, origins] = [numbering(cold?.numbers ?? NONE), originTable()];
	const { traits, measures } = cold ? changes : everythingIn(fragment);
	const writing = { names, origins };
	const [said, cells] = [toTraits(fragment.traits, traits, writing), toCells(fragment, measures, writing)];
	const fresh = cold ? ringBeyond(cold.ring, ring) : ring;
	const item: HotItem = {
		...keys.fragment(seedId),
		v: version,
		...(cold && { u: cold.upTo }),
		n: eventCount,
		f: time(firstSeen),
		l: time(lastSeen),
		...(names.added.size > 0 && { k: [...names.added.keys()] }),
		...(cold && names.added.size > 0 && { w: cold.names.length }),
		...(origins.origins.length > 0 && { o: origins.origins }),
		...said,
		...cells,
		...(Object.keys(fresh).length > 0 && { r: fresh }),
	};
	return item;
}

const NONE = numbered([]);

/** Which versions a hot item is of: its own, and that of the cold item it adds to, 0 where it needs none. */
export function versionsOf(item: Item): { readonly version: number; readonly since: number } {
	const { v, u = 0 } = item as HotItem; // the key says what it is
	return { version: v, since: u };
}

/** The fragment that both items are together, and what changed since the cold one. */
export function fromHot(
	item: Item,
	cold: Cold | undefined,
): { readonly fragment: Fragment; readonly changes: Changes } {
	const { pk, v, n, f, l, k = [], w, o = [], t, s, m, j, r = {} } = item as HotItem; // the key says what it is
	const names = k.length === 0 ? (cold?.names ?? []) : [...(cold?.names.slice(0, w) ?? []), ...k];
	const reading = { nameOf: naming(names), originAt: originsIn(o) };
	const { traits, changes } = withTraits(cold?.traits ?? {}, { ...(t && { t }), ...(s && { s }) }, reading);
	const cells = fromCells({ ...(m && { m }), ...(j && { j }) }, reading);
	const measures = withCells(cold?.measures ?? {}, cells);
	const fragment: Fragment = {
		seedId: pk.slice(2) as SeedId, // the key is made of it
		version: v,
		traits,
		...(Object.keys(measures).length > 0 && { measures }),
		eventCount: n,
		firstSeen: moment(f),
		lastSeen: moment(l),
		ring: cold ? bothRings(cold.ring, r) : r,
	};
	return { fragment, changes: { traits: changes, measures: changesIn(cells) } };
}
