import type { ComputedTrait, SaidTrait } from "#contracts/definitions/trait.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, compareText, valueAt } from "#domain/rules/compare.ts";

/** An event, and the identifier whose fragment it goes to. */
export type Had = { readonly event: SourcedEvent; readonly fragment: string };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNITS: { readonly [unit: string]: number } = { m: MINUTE, h: 60 * MINUTE, d: DAY };

/**
 * What a trait's value is, by definition: looked up in the list of everything that ever happened, without state, order or
 * batches. Slow and plain on purpose; the fold must say the same. Undefined: the trait is not there.
 */
export function valueByDefinition(trait: SaidTrait | ComputedTrait, had: readonly Had[], now: Date): Json | undefined {
	const inTime = had.toSorted((x, y) => byTime(x.event, y.event));
	if ("compute" in trait) return computed(trait, inTime, now);
	const said = inTime.flatMap(({ event, fragment }): Said[] => {
		const value = event.type === "identify" ? event.traits?.[trait.trait] : undefined;
		const isDeclared = event.context.declared === true || trait.declaredBy.includes(event.source);
		return value === undefined ? [] : [{ value, fragment, isDeclared, source: event.source }];
	});
	const declared = chosen(
		trait,
		said.filter(({ isDeclared }) => isDeclared),
	);
	return (
		declared ??
		chosen(
			trait,
			said.filter(({ isDeclared }) => !isDeclared),
		)
	);
}

type Said = {
	readonly value: Json;
	readonly fragment: string;
	readonly source: string;
	readonly isDeclared: boolean;
};

const byTime = (x: SourcedEvent, y: SourcedEvent): number =>
	compareText(x.timestamp, y.timestamp) || compareText(x.messageId, y.messageId);

/** `said` is in the order of time. */
function chosen({ strategy, sources = [] }: SaidTrait, said: readonly Said[]): Json | undefined {
	const values = said.map(({ value }) => value);
	const unsetAt = values.lastIndexOf(null);
	const numbers = values.filter((value) => typeof value === "number");
	switch (strategy) {
		case "last":
			return values.at(-1) ?? undefined;
		case "first": {
			const at = values.findIndex((value) => value !== null);
			return at > unsetAt ? values[at] : undefined;
		}
		case "max":
		case "min": {
			const comparable =
				numbers.length > 0 ? numbers : values.filter((value) => typeof value === "string").sort(compareText);
			const sorted = numbers.length > 0 ? numbers.toSorted((x, y) => x - y) : comparable;
			const best = strategy === "max" ? sorted.at(-1) : sorted[0];
			return best !== undefined && values.lastIndexOf(best) > unsetAt ? best : undefined;
		}
		case "sum": {
			const counted = said.filter(({ value }) => typeof value === "number" || value === null);
			const last = [...new Set(counted.map(({ fragment }) => fragment))].map(
				(fragment) => counted.findLast((one) => one.fragment === fragment)?.value,
			);
			const left = last.filter((value) => typeof value === "number");
			return left.length > 0 ? round(left.reduce((sum, value) => sum + value, 0)) : undefined;
		}
		case "union": {
			const members = values.slice(unsetAt + 1).flatMap((value) => (Array.isArray(value) ? value.flat(9) : [value]));
			return sortedSet(members.filter((value) => value !== null));
		}
		case "source_priority": {
			const ranks = [
				...sources.map((source) => [source]),
				said.map(({ source }) => source).filter((one) => !sources.includes(one)),
			];
			for (const rank of ranks) {
				const value = said.findLast(({ source }) => rank.includes(source))?.value ?? null;
				if (value !== null) return value;
			}
			return undefined;
		}
	}
}

/** `had` is in the order of time. */
function computed(trait: ComputedTrait, had: readonly Had[], now: Date): Json | undefined {
	const { compute, within } = trait;
	const window = within === undefined ? undefined : Number.parseInt(within, 10) * (UNITS[within.at(-1) ?? ""] ?? 0);
	const meant = had
		.map(({ event }) => event)
		.filter(({ type, event }) => type === "track" && event === trait.event)
		.filter((event) => trait.where.every(({ path, is }) => compare(at(event, path), is)));
	const seen = meant.filter((event) => window === undefined || isWithin(event, { compute, window, now }));
	// the last of all is looked up first, and then whether it is in the window
	const values = seen.map((event) => at(event, trait.property ?? "properties"));
	const scalars = values.filter(
		(value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean",
	);
	const numbers = values.filter((value) => typeof value === "number");
	const sum = numbers.reduce((total, value) => total + value, 0);
	switch (compute) {
		case "count":
			return seen.length || undefined;
		case "sum":
			return numbers.length > 0 ? round(sum) : undefined;
		case "avg":
			return numbers.length > 0 ? round(sum) / numbers.length : undefined;
		case "min":
			return numbers.toSorted((x, y) => x - y)[0];
		case "max":
			return numbers.toSorted((x, y) => x - y).at(-1);
		case "first":
			return scalars[0];
		case "last":
			return scalars.at(-1);
		case "unique_list":
			return sortedSet(scalars);
		case "unique_count":
			return sortedSet(scalars)?.length;
		case "most_frequent": {
			const count = (value: Json) => scalars.filter((one) => one === value).length;
			return sortedSet(scalars)?.toSorted((x, y) => count(y) - count(x))[0];
		}
		case "days_since": {
			const last = seen.at(-1)?.timestamp;
			return last === undefined ? undefined : Math.max(0, Math.floor((now.getTime() - Date.parse(last)) / DAY));
		}
	}
}

/** Minutes that divide a day, as they are written down in the description of segments. */
const LENGTHS = [1440, 720, 480, 360, 240, 180, 120, 60, 30, 15, 10, 5, 2, 1];

/** Windows end at the beginning of a stretch of a tenth of them: for numbers one that divides a day; the last event needs none. */
function isWithin(
	{ timestamp }: SourcedEvent,
	{ compute, window, now }: { compute: ComputedTrait["compute"]; window: number; now: Date },
): boolean {
	const [time, from] = [Date.parse(timestamp), now.getTime() - window];
	if (compute === "last" || compute === "days_since") return time >= from;
	const tenth = Math.max(window / 10, MINUTE);
	const stretch = ["count", "sum", "avg", "min", "max"].includes(compute)
		? (LENGTHS.find((length) => length * MINUTE <= tenth) ?? 1) * MINUTE
		: tenth;
	return Math.floor(time / stretch) >= Math.floor(from / stretch);
}

const at = (event: SourcedEvent, path: string): Json | undefined => {
	const [root, ...steps] = path.split(".");
	return valueAt(event[root as "properties"], steps);
};

/** Numbers, then texts, then the others; undefined of none. */
function sortedSet(values: readonly Json[]): Json[] | undefined {
	const rank = (value: Json) => ["number", "string"].indexOf(typeof value) + (typeof value === "boolean" ? 9 : 0);
	const sorted = [...new Set(values)].sort(
		(x, y) => rank(x) - rank(y) || (typeof x === "number" ? x - Number(y) : compareText(String(x), String(y))),
	);
	return sorted.length > 0 ? sorted : undefined;
}

const round = (sum: number): number => Math.round(sum * 1e6) / 1e6;
