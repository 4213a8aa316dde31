import type { Bucket, Fragment, MeasureState } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";
import { fromNumbers, fromStored, type StoredBucket, toNumbers, toStored } from "./fragment-buckets.ts";
import { type BucketChange, type Changes, entryText, type Part } from "./fragment-changes.ts";
import type { Numbering, naming } from "./fragment-names.ts";
import type { OriginTable, originsIn } from "./fragment-origins.ts";

/**
 * Stretches of time of many measures, as the hot item holds those that changed. `m` is a text of those that hold numbers only
 * and of those that are gone, by stretch, so that what many measures have in common is said once: `haj0o=0,3:2;1=4-` says of
 * stretch `haj0o` that measure 0 has one event in it and measure 3 has two, and of the stretch after it that it is gone from
 * measure 4. `j` is JSON of all others: measure, stretch, what it holds, and a number where that is a part only: since when (ms) the list goes, or 0.
 */
export type StoredCells = { readonly m?: string; readonly j?: string };

type StoredCell = readonly [measure: string, at: string, bucket: StoredBucket, part?: number];

/** A stretch of time as it is now, or what of it changed; undefined when it is gone. */
type Cell = { readonly bucket?: Bucket; readonly change: BucketChange };
export type Cells = ReadonlyMap<string, ReadonlyMap<string, Cell>>;

type Writing = { readonly names: Numbering; readonly origins: OriginTable };

const NO_CELLS: Cells = new Map();

/** The stretches that changed, as they are in this fragment. */
export function toCells({ measures = {} }: Fragment, changes: Changes["measures"], writing: Writing): StoredCells {
	const [plain, others] = [new Map<number, string[]>(), [] as StoredCell[]];
	for (const { key, at, change } of [...changes].flatMap(bucketsOf)) {
		const [measure, bucket] = [writing.names.of(key), measures[key]?.[at]];
		const text = bucket ? toNumbers(bucket) : "-";
		if (text !== undefined) plain.set(Number(at), [...(plain.get(Number(at)) ?? []), measure + signed(text)]);
		else if (bucket) others.push([measure, Number(at).toString(36), ...storedPart(bucket, change, writing.origins)]);
	}
	return {
		...(plain.size > 0 && { m: toGroups(plain) }),
		...(others.length > 0 && { j: JSON.stringify(others) }),
	};
}

const bucketsOf = ([key, changed]: readonly [string, ReadonlyMap<string, BucketChange>]) =>
	[...changed].map(([at, change]) => ({ key, at, change }));

export function fromCells(
	{ m, j }: StoredCells,
	{ nameOf, originAt }: { readonly nameOf: ReturnType<typeof naming>; readonly originAt: ReturnType<typeof originsIn> },
): Cells {
	if (!(m || j)) return NO_CELLS;
	const cells = new Map<string, Map<string, Cell>>();
	const put = (measure: string, at: string, cell: Cell) => {
		const key = nameOf(measure);
		cells.set(key, (cells.get(key) ?? new Map<string, Cell>()).set(at, cell));
	};
	for (const { at, measure, text } of fromGroups(m))
		put(measure, at, text === "-" ? { change: "whole" } : { bucket: fromNumbers(text), change: "whole" });
	for (const [measure, at, stored, part] of j ? (JSON.parse(j) as StoredCell[]) : []) {
		const bucket = fromStored(stored, originAt);
		put(measure, String(Number.parseInt(at, 36)), {
			bucket,
			change: part === undefined ? "whole" : partOf(bucket, part),
		});
	}
	return cells;
}

/** Measures with what changed of them put in. */
export function withCells(measures: MeasureState, cells: Cells): MeasureState {
	if (cells.size === 0) return measures;
	const all = new Map(Object.entries(measures));
	for (const [key, changed] of cells) {
		const buckets = withBuckets(all.get(key), changed);
		if (buckets.size > 0) all.set(key, Object.fromEntries(buckets));
		else all.delete(key);
	}
	return Object.fromEntries(all);
}

function withBuckets(known: MeasureState[string] = {}, changed: ReadonlyMap<string, Cell>): Map<string, Bucket> {
	const buckets = new Map(Object.entries(known));
	for (const [at, { bucket, change }] of changed) {
		if (!bucket) buckets.delete(at);
		else buckets.set(at, change === "whole" ? bucket : withPart(buckets.get(at) ?? {}, bucket, change));
	}
	return buckets;
}

/** What changed, by name. */
export const changesIn = (cells: Cells): Changes["measures"] =>
	new Map([...cells].map(([key, all]) => [key, new Map([...all].map(([at, { change }]) => [at, change]))]));

/** A count says at once that it is one; a distance is in front of what follows. */
const signed = (text: string): string => (text === "" || text === "-" ? text : `:${text}`);

function toGroups(plain: ReadonlyMap<number, readonly string[]>): string {
	let before = 0;
	return [...plain]
		.sort(([x], [y]) => x - y)
		.map(([at, cells]) => {
			const distance = (at - before).toString(36);
			before = at;
			return `${distance}=${cells.join()}`;
		})
		.join(";");
}

function fromGroups(text: string | undefined) {
	let at = 0;
	return (text?.split(";") ?? []).flatMap((group) => {
		const [distance = "", cells = ""] = group.split("=");
		at += Number.parseInt(distance, 36);
		return cells.split(",").map((cell) => {
			const [, measure = "", sign = "", rest = ""] = /^([0-9a-z]+)(-?):?(.*)$/.exec(cell) ?? [];
			return { at: String(at), measure, text: sign || rest };
		});
	});
}

/** What of a stretch is written: all of it, or the part that changed. */
function storedPart(bucket: Bucket, change: BucketChange, origins: OriginTable): [StoredBucket, number?] {
	if (change === "whole") return [toStored(bucket, origins)];
	const { names, from = 0 } = change;
	const { values = {}, said, steps } = bucket;
	if (said) return [toStored({ said: said.filter((one) => names.has(entryText(one))) }, origins), from];
	if (steps) return [toStored({ steps: steps.filter((one) => names.has(entryText(one))) }, origins), from];
	return [{ v: Object.fromEntries([...names].map((name) => [name, countOf(values, name)])) }, from];
}

/** 0 stands for a value that is gone. */
const countOf = (values: NonNullable<Bucket["values"]>, name: string): number =>
	Object.hasOwn(values, name) ? (values[name] ?? 0) : 0;

const partOf = ({ values, said, steps }: Bucket, from: number): Part => ({
	names: new Set(values ? Object.keys(values) : (said ?? steps ?? []).map(entryText)),
	...(from > 0 && { from }),
});

function withPart(known: Bucket, part: Bucket, { names, from = 0 }: Part): Bucket {
	if (part.values) {
		const all = Object.entries({ ...known.values, ...part.values });
		return { values: Object.fromEntries(all.filter(([, count]) => count !== 0)) };
	}
	const stays = (one: Saying | Step) => one[0] >= from && !names.has(entryText(one));
	return part.said
		? { said: [...(known.said ?? []).filter(stays), ...part.said].sort(bySaying) }
		: { steps: [...(known.steps ?? []).filter(stays), ...(part.steps ?? [])].sort(byStep) };
}

type Saying = NonNullable<Bucket["said"]>[number];
type Step = NonNullable<Bucket["steps"]>[number];

/** As `domain/rules/measures/join-buckets.ts` has them. */
const bySaying = (x: Saying, y: Saying): number => x[0] - y[0] || y[1] - x[1];
const byStep = ([xAt, x, xKey = ""]: Step, [yAt, y, yKey = ""]: Step): number =>
	xAt - yAt || x - y || compareText(xKey, yKey);
