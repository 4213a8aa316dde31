import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment, LeafState, TraitValue } from "#domain/model/profile.ts";
import type { Fragments } from "#domain/unify/ports.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * A fragment as it is stored: the item that every event reads and writes, so its names are short and nothing in it is
 * said twice. 1 KB is one write unit.
 *
 * | | holds | as |
 * |---|---|---|
 * | `v` | version | number |
 * | `n` | eventCount | number |
 * | `f`, `l` | firstSeen, lastSeen | milliseconds since 1970 in base 36 |
 * | `o` | origins: which events traits came from | `[time in base 36, messageId, source]` each |
 * | `t` | traits | name → `[value, position in o]` |
 * | `c` | counts of leaves | leaf key → days and counts in base 36, see `toCounts` |
 * | `r` | ring | hour → hashes |
 *
 * The traits of one event share one origin: a sign-up form with eight fields keeps its messageId once.
 */
type FragmentItem = Item & {
	readonly v: number;
	readonly n: number;
	readonly f: string;
	readonly l: string;
	readonly o?: readonly Origin[];
	readonly t?: { readonly [name: string]: readonly [TraitValue["value"], number] };
	readonly c?: { readonly [leaf: string]: string };
	readonly r: Fragment["ring"];
};

type Origin = readonly [at: string, messageId: string, source: string];

/** What is known through each identifier, in the item store: one fragment, one item, one conditional put. */
export function itemFragments({ items }: { readonly items: ItemStore }): Fragments {
	return {
		async load(ids) {
			const found = await items.batchGet([...new Set(ids)].map((id) => keys.fragment(id)));
			return found.map((item) => fromItem(item as FragmentItem));
		},
		async save(fragment) {
			const before = fragment.version - 1;
			const { kind } = await items.put(toItem(fragment), before === 0 ? { absent: true } : { equals: { v: before } });
			return kind === "written" ? "saved" : "refused";
		},
	};
}

function toItem({ seedId, version, traits, leaves, eventCount, firstSeen, lastSeen, ring }: Fragment): FragmentItem {
	const positions = new Map<string, number>();
	const origins: Origin[] = [];
	const t = Object.entries(traits).map(([name, { value, at, messageId, source }]) => {
		const origin: Origin = [time(at), messageId, source];
		const key = JSON.stringify(origin);
		const position = positions.get(key) ?? origins.push(origin) - 1;
		positions.set(key, position);
		return [name, [value, position]] as const;
	});
	return {
		...keys.fragment(seedId),
		v: version,
		n: eventCount,
		f: time(firstSeen),
		l: time(lastSeen),
		...(t.length > 0 && { o: origins, t: Object.fromEntries(t) }),
		...(Object.keys(leaves).length > 0 && { c: toCounts(leaves) }),
		r: ring,
	};
}

function fromItem({ pk, v, n, f, l, o = [], t = {}, c = {}, r }: FragmentItem): Fragment {
	const origins = o.map(([at, messageId, source]) => ({ at: moment(at), messageId, source }));
	const traits = Object.entries(t).map(([name, [value, position]]) => {
		const origin = origins[position];
		if (!origin) throw new Error("a trait in a fragment names an origin that is not there");
		return [name, { value, ...origin }] as const;
	});
	return {
		seedId: pk.slice(2) as SeedId, // the key is made of it
		version: v,
		traits: Object.fromEntries(traits),
		leaves: fromCounts(c),
		eventCount: n,
		firstSeen: moment(f),
		lastSeen: moment(l),
		ring: r,
	};
}

/** Days in order, each as the distance from the one before, with its count where that is not 1: `fiv,2:3` in base 36. */
const toCounts = (leaves: LeafState): Record<string, string> =>
	mapValues(leaves, (days) => {
		let before = 0;
		const sorted = Object.entries(days).sort(([x], [y]) => Number(x) - Number(y));
		const buckets = sorted.map(([day, count]) => {
			const distance = (Number(day) - before).toString(36);
			before = Number(day);
			return count === 1 ? distance : `${distance}:${count.toString(36)}`;
		});
		return buckets.join();
	});

const fromCounts = (counts: { readonly [leaf: string]: string }): LeafState =>
	mapValues(counts, (text) => {
		let day = 0;
		const buckets = text.split(",").map((bucket) => {
			const [distance = "", count = "1"] = bucket.split(":");
			day += Number.parseInt(distance, 36);
			return [String(day), Number.parseInt(count, 36)];
		});
		return Object.fromEntries(buckets);
	});

const mapValues = <T, U>(of: { readonly [key: string]: T }, map: (value: T) => U): Record<string, U> =>
	Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));

const time = (at: string): string => Date.parse(at).toString(36);
const moment = (base36: string): string => new Date(Number.parseInt(base36, 36)).toISOString();
