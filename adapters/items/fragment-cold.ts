import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment, MeasureState } from "#domain/model/profile.ts";
import { everythingIn } from "./fragment-changes.ts";
import { fromText, toText } from "./fragment-measures.ts";
import { type Numbers, naming, numbered, numbering } from "./fragment-names.ts";
import { type Origin, originsIn, originTable } from "./fragment-origins.ts";
import { toTraits, withTraits } from "./fragment-traits.ts";
import type { Item } from "./item-store.ts";
import { keys } from "./keys.ts";

/**
 * The cold item of a fragment: all of it as it was at one of its versions.
 *
 * | | holds |
 * |---|---|
 * | `u` | that version |
 * | `k` | names of traits and keys of measures; both items say them by their position |
 * | `o` | origins: which events things came from, `[time in base 36, messageId, source]` each, then `1` where it is the person's own word |
 * | `t` | traits (`fragment-traits.ts`) |
 * | `m` | measures: number of the key → text (`fragment-measures.ts`) |
 * | `r` | ring: hour → hashes |
 */
type ColdItem = Item & {
	readonly u: number;
	readonly k: readonly string[];
	readonly o: readonly Origin[];
	readonly t?: { readonly [number: string]: readonly Json[] };
	readonly m?: { readonly [number: string]: string };
	readonly r: Fragment["ring"];
};

/** What a cold item says. */
export type Cold = {
	readonly seedId: SeedId;
	/** The version of the fragment it is as of: what changed later stands in the hot item. */
	readonly upTo: number;
	readonly names: readonly string[];
	readonly numbers: Numbers;
	readonly traits: Fragment["traits"];
	readonly measures: MeasureState;
	readonly ring: Fragment["ring"];
};

/** More names than these that stand for nothing any more are worth to be numbered anew. */
const UNUSED_NAMES = 50;

/** A fragment as a cold item. Names keep the numbers they had, for a hot item may say them that another writes meanwhile. */
export function toCold(fragment: Fragment, known?: Cold): { readonly item: Item; readonly cold: Cold } {
	const { seedId, version, traits, measures = {}, ring } = fragment;
	const [names, origins] = [numbering(known?.numbers ?? numbered([])), originTable()];
	const { t } = toTraits(traits, everythingIn(fragment).traits, { names, origins });
	const m = Object.entries(measures).map(([key, buckets]) => [names.of(key), toText(buckets, origins)] as const);
	const all = [...(known?.names ?? []), ...names.added.keys()];
	const item: ColdItem = {
		...keys.fragmentBody(seedId),
		u: version,
		k: all,
		o: origins.origins,
		...(t && { t }),
		...(m.length > 0 && { m: Object.fromEntries(m) }),
		r: ring,
	};
	return { item, cold: { seedId, upTo: version, names: all, numbers: numbered(all), traits, measures, ring } };
}

export function fromCold(item: Item): Cold {
	const { pk, u, k, o, t, m = {}, r } = item as ColdItem; // the key says what it is
	const reading = { nameOf: naming(k), originAt: originsIn(o) };
	const measures = Object.entries(m).map(([number, text]) => [
		reading.nameOf(number),
		fromText(text, reading.originAt),
	]);
	return {
		seedId: pk.slice(2) as SeedId, // the key is made of it
		upTo: u,
		names: k,
		numbers: numbered(k),
		traits: withTraits({}, { ...(t && { t }) }, reading).traits,
		measures: Object.fromEntries(measures),
		ring: r,
	};
}

/** Whether so many of the names stand for nothing any more that they should be numbered anew. */
export function isWorn({ names }: Cold, { traits, measures = {} }: Fragment): boolean {
	return names.length - Object.keys(traits).length - Object.keys(measures).length > UNUSED_NAMES;
}
