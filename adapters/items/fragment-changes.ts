import type { Json } from "#domain/model/json.ts";
import type { Bucket, Fragment, MeasureState, TraitValue } from "#domain/model/profile.ts";

/**
 * What of a fragment changed since its cold item, by name: of a trait its values, or only which events said them; of a
 * measure its stretches of time. What they are now stands in the fragment itself. To have been changed back counts as well.
 */
export type Changes = {
	readonly traits: ReadonlyMap<string, TraitChange>;
	readonly measures: ReadonlyMap<string, BucketChanges>;
};
type TraitChange = "values" | "origins";
type BucketChanges = ReadonlyMap<string, BucketChange>;

/** All of a stretch of time, or some of what it lists. */
export type BucketChange = "whole" | Part;

/** The values of a table whose counts changed; or, as JSON, what was added to a list, and from when on (ms) it goes where it lost what was earlier. */
export type Part = { readonly names: ReadonlySet<string>; readonly from?: number };

export const NO_CHANGES: Changes = { traits: new Map(), measures: new Map() };

/** All there is. */
export const everythingIn = ({ traits, measures = {} }: Fragment): Changes => ({
	traits: new Map(Object.keys(traits).map((name) => [name, "values"])),
	measures: new Map(
		Object.entries(measures).map(([key, buckets]) => [key, new Map(Object.keys(buckets).map((at) => [at, "whole"]))]),
	),
});

/** What differs between two versions. What is the same object is not looked into. */
export const changesBetween = (before: Fragment, next: Fragment): Changes => ({
	traits: changed(before.traits, next.traits, traitChange),
	measures: changed(before.measures ?? {}, next.measures ?? {}, bucketChanges),
});

/** What changed by both. */
export const bothChanges = (earlier: Changes, later: Changes): Changes => ({
	traits: joined(earlier.traits, later.traits, (x, y) => (x === "values" ? x : y)),
	measures: joined(earlier.measures, later.measures, (x, y) => joined(x, y, bothBuckets)),
});

function bothBuckets(earlier: BucketChange, later: BucketChange): BucketChange {
	if (earlier === "whole" || later === "whole") return "whole";
	const from = later.from ?? earlier.from;
	return { names: new Set([...earlier.names, ...later.names]), ...(from !== undefined && { from }) };
}

type Table<T> = { readonly [name: string]: T };

function changed<T, C>(before: Table<T>, next: Table<T>, change: (x?: T, y?: T) => C | undefined): Map<string, C> {
	const found = new Map<string, C>();
	if (before === next) return found;
	const look = (name: string, x: T | undefined, y: T | undefined) => {
		const one = x === y ? undefined : change(x, y);
		if (one !== undefined) found.set(name, one);
	};
	for (const [name, now] of Object.entries(next))
		look(name, Object.hasOwn(before, name) ? before[name] : undefined, now);
	for (const [name, was] of Object.entries(before)) if (!Object.hasOwn(next, name)) look(name, was, undefined);
	return found;
}

function joined<T>(x: ReadonlyMap<string, T>, y: ReadonlyMap<string, T>, join: (x: T, y: T) => T): Map<string, T> {
	const all = new Map(x);
	for (const [name, later] of y) {
		const earlier = x.get(name);
		all.set(name, earlier === undefined ? later : join(earlier, later));
	}
	return all;
}

type Said = readonly TraitValue[];

function traitChange(before: Said = [], next: Said = []): TraitChange | undefined {
	const hasSameValues = before.length === next.length && next.every(({ value }, i) => isSame(value, before[i]?.value));
	if (!hasSameValues) return "values";
	return next.every((one, i) => isSameOrigin(one, before[i])) ? undefined : "origins";
}

const isSameOrigin = (x: TraitValue, y: TraitValue | undefined): boolean =>
	x.at === y?.at && x.messageId === y.messageId && x.source === y.source && x.declared === y.declared;

/** Two objects that say the same in another order count as different: that is only written once too often. */
const isSame = (x: Json | undefined, y: Json | undefined): boolean =>
	x === y || (typeof x === "object" && typeof y === "object" && JSON.stringify(x) === JSON.stringify(y));

function bucketChanges(before: MeasureState[string] = {}, next: MeasureState[string] = {}): BucketChanges | undefined {
	const found = changed(before, next, bucketChange);
	return found.size > 0 ? found : undefined;
}

function bucketChange(before: Bucket | undefined, next: Bucket | undefined): BucketChange | undefined {
	if (!before || !next) return "whole";
	const kind = listedIn(next);
	if (kind === undefined || kind !== listedIn(before))
		return JSON.stringify(before) === JSON.stringify(next) ? undefined : "whole";
	return kind === "values"
		? changedCounts(before.values ?? {}, next.values ?? {})
		: changedEntries(before[kind] ?? [], next[kind] ?? []);
}

/** What a stretch of time lists, if it holds nothing else. */
function listedIn(bucket: Bucket): "values" | "said" | "steps" | undefined {
	const [kind, ...more] = Object.keys(bucket);
	return more.length === 0 && (kind === "values" || kind === "said" || kind === "steps") ? kind : undefined;
}

function changedCounts(before: Table<number>, next: Table<number>): Part | undefined {
	const found = changed(before, next, () => true);
	return found.size > 0 ? { names: new Set(found.keys()) } : undefined;
}

type Entries = NonNullable<Bucket["said"]> | NonNullable<Bucket["steps"]>;

/** Lists are in the order of time, and lose their earliest: what else may have happened to one is not told in parts. */
function changedEntries(before: Entries, next: Entries): BucketChange | undefined {
	const [known, now] = [new Set(before.map(entryText)), new Set(next.map(entryText))];
	const names = new Set([...now].filter((text) => !known.has(text)));
	const [from] = next[0] ?? [];
	const lost = before.filter((entry) => !now.has(entryText(entry)));
	if (lost.length === 0 && names.size === 0) return before.length === next.length ? undefined : "whole";
	const isList = known.size === before.length && now.size === next.length;
	if (!isList || from === undefined || lost.some(([at]) => at >= from)) return "whole";
	return { names, ...(lost.length > 0 && { from }) };
}

/** An entry of a list as the name of it. */
export const entryText = (entry: Entries[number]): string => JSON.stringify(entry);
