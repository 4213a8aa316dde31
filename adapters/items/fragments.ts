import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment, TraitValue } from "#domain/model/profile.ts";
import type { Fragments } from "#domain/unify/ports.ts";
import { fromMeasures, moment, type StoredMeasures, time, toMeasures } from "./fragment-measures.ts";
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
 * | `o` | origins: which events traits came from | `[time in base 36, messageId, source]` each, then `1` where it is the person's own word |
 * | `t` | traits | name → `[value, position in o]`, and so on for each value that is kept |
 * | `m` | measures | measure key → text, see `fragment-measures.ts` |
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
	readonly t?: { readonly [name: string]: readonly Json[] };
	readonly m?: StoredMeasures;
	readonly r: Fragment["ring"];
};

type Origin =
	| readonly [at: string, messageId: string, source: string]
	| readonly [at: string, messageId: string, source: string, declared: 1];

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

function toItem(fragment: Fragment): FragmentItem {
	const { seedId, version, measures, eventCount, firstSeen, lastSeen, ring } = fragment;
	const { origins, traits } = toTraits(fragment.traits);
	return {
		...keys.fragment(seedId),
		v: version,
		n: eventCount,
		f: time(firstSeen),
		l: time(lastSeen),
		...(origins.length > 0 && { o: origins, t: traits }),
		...(measures && Object.keys(measures).length > 0 && { m: toMeasures(measures) }),
		r: ring,
	};
}

function fromItem({ pk, v, n, f, l, o = [], t = {}, m, r }: FragmentItem): Fragment {
	return {
		seedId: pk.slice(2) as SeedId, // the key is made of it
		version: v,
		traits: fromTraits(o, t),
		...(m && { measures: fromMeasures(m) }),
		eventCount: n,
		firstSeen: moment(f),
		lastSeen: moment(l),
		ring: r,
	};
}

function toTraits(traits: Fragment["traits"]) {
	const positions = new Map<string, number>();
	const origins: Origin[] = [];
	const stored = mapValues(traits, (said) =>
		said.flatMap(({ value, at, messageId, source, declared }) => {
			const origin: Origin = declared ? [time(at), messageId, source, 1] : [time(at), messageId, source];
			const key = JSON.stringify(origin);
			const position = positions.get(key) ?? origins.push(origin) - 1;
			positions.set(key, position);
			return [value, position];
		}),
	);
	return { origins, traits: stored };
}

function fromTraits(stored: readonly Origin[], traits: NonNullable<FragmentItem["t"]>): Fragment["traits"] {
	const origins = stored.map(([at, messageId, source, declared]) => ({
		origin: { at: moment(at), messageId, source },
		declared: declared === 1 && { declared: true as const },
	}));
	return mapValues(traits, (said) =>
		Array.from({ length: said.length / 2 }, (_, i): TraitValue => {
			const [value = null, position] = said.slice(2 * i);
			const found = origins[Number(position)];
			if (!found) throw new Error("a trait in a fragment names an origin that is not there");
			return { value, ...found.origin, ...found.declared };
		}),
	);
}

const mapValues = <T, U>(of: { readonly [key: string]: T }, map: (value: T) => U): Record<string, U> =>
	Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));
