import type {
	Condition,
	EventLeaf,
	LastEventLeaf,
	NamedEvent,
	NumberComparison,
	SequenceLeaf,
	TraitLeaf,
} from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, compareText, valueAt } from "#domain/rules/compare.ts";
import {
	bucketFor,
	LIST_SOURCE,
	LISTED_EVENT,
	MAX_SAID,
	MAX_STEPS,
	MAX_UPLOADS,
} from "#domain/rules/measures/measure-spec.ts";

/** A person as a list of everything that happened, each message once, and the traits that the profile shows now. */
export type NaivePerson = {
	readonly profileId: string;
	readonly events: readonly SourcedEvent[];
	readonly traits: { readonly [name: string]: Json };
};

export type NaiveWorld = {
	readonly now: number;
	readonly segments?: { readonly [id: string]: Condition };
	/** Of each list: the upload in force. */
	readonly lists?: { readonly [id: string]: number };
	/** The members of each account that the person is a member of, the person too. */
	readonly accounts?: readonly (readonly NaivePerson[])[];
	/** SHA-256 in base64url. */
	readonly hash: (text: string) => string;
};

/**
 * Whether a person meets a condition, by the words of `domain/segment/README.md`: looked up in the list of everything that ever
 * happened, without state, order or batches. Slow and plain on purpose; all evaluators must say the same.
 */
export function naivelyMeets(condition: Condition, person: NaivePerson, world: NaiveWorld): boolean {
	const meets = (part: Condition) => naivelyMeets(part, person, world);
	if ("all" in condition) return condition.all.every(meets);
	if ("any" in condition) return condition.any.some(meets);
	if ("none" in condition) return !condition.none.some(meets);
	if ("trait" in condition) return meetsTrait(condition, person, world.now);
	if ("event" in condition) return meetsEvent(condition, person.events, world.now);
	if ("lastEvent" in condition) return meetsLast(condition, person.events, world.now);
	if ("sequence" in condition) return meetsSequence(condition, person.events, world.now);
	if ("segment" in condition) return naivelyMeets(world.segments?.[condition.segment] ?? { any: [] }, person, world);
	if ("consent" in condition) return consentOf(condition.consent, person.events) === condition.is;
	if ("bucket" in condition) {
		const { salt, from, to } = condition.bucket;
		const bits = Buffer.from(world.hash(`${salt}.${person.profileId}`), "base64url").readUInt32BE(0);
		return from <= (bits * 100) / 2 ** 32 && (bits * 100) / 2 ** 32 < to;
	}
	if ("list" in condition) return isOnList(condition.list, person.events, world.lists?.[condition.list]);
	const { users, meet } = condition.account;
	return (world.accounts ?? []).some((members) => {
		const met = members.map((member) => naivelyMeets(meet, member, world));
		return { any: met.includes(true), all: !met.includes(false), none: !met.includes(true) }[users];
	});
}

type Where = NamedEvent["where"];

const timeOf = ({ timestamp }: SourcedEvent) => Date.parse(timestamp);

const meetsWhere = (event: SourcedEvent, where: Where): boolean =>
	where.every(({ path, is }) => compare(valueIn(event, path), is));

function valueIn(event: SourcedEvent, path: string): Json | undefined {
	const [root, ...steps] = path.split(".");
	return valueAt(event[root as "properties" | "context" | "traits"], steps);
}

const named = (events: readonly SourcedEvent[], { event: name, where }: NamedEvent) =>
	events.filter((event) => event.type === "track" && event.event === name && meetsWhere(event, where));

function meetsTrait({ trait, is, for: held }: TraitLeaf, { traits, events }: NaivePerson, now: number): boolean {
	const [name = "", ...steps] = trait.split(".");
	const meetsIs = (value: Json | undefined) => compare(valueAt(value, steps), is, now);
	const shown = Object.hasOwn(traits, name) ? traits[name] : undefined;
	if (!held) return meetsIs(shown);
	if (!meetsIs(shown)) return false;
	const sayings = events
		.filter((event) => event.type === "identify" && event.traits && Object.hasOwn(event.traits, name))
		.map((event) => ({ at: timeOf(event), isMet: meetsIs(event.traits?.[name]) }))
		.sort((x, y) => x.at - y.at || Number(y.isMet) - Number(x.isMet))
		.slice(-MAX_SAID);
	const run = [];
	for (const saying of sayings.toReversed()) {
		if (!saying.isMet) break;
		run.unshift(saying);
	}
	const [first] = run;
	if (!first) return false;
	const lasted = now - first.at;
	return held.atLeast === undefined ? lasted < durationMs(held.lessThan ?? "") : lasted >= durationMs(held.atLeast);
}

/** Which stretches of time count; `b` their length. */
type Stretches = { readonly b: number; readonly counts: (k: number) => boolean };

const within = (ms: number, b: number, now: number): Stretches => ({
	b,
	counts: (k) => k >= Math.floor((now - ms) / b),
});
const between = (from: number, to: number, b: number, now: number): Stretches => ({
	b,
	counts: (k) => Math.floor((now - from) / b) <= k && k < Math.floor((now - to) / b),
});
const inStretches = (events: readonly SourcedEvent[], { b, counts }: Stretches) =>
	events.filter((event) => counts(Math.floor(timeOf(event) / b)));

function meetsEvent(leaf: EventLeaf, all: readonly SourcedEvent[], now: number): boolean {
	const { since = "", until = "~" } = leaf;
	const events = named(all, leaf).filter(({ timestamp }) => timestamp >= since && timestamp.slice(0, 10) < until);
	if (leaf.stopped || leaf.restarted || leaf.regularly) return meetsHabit(leaf, events, now);
	const counted = inWindow(leaf, events, now);
	if (leaf.count) return compare(counted.length, leaf.count);
	for (const kind of ["sum", "avg", "min", "max"] as const) {
		const amount = leaf[kind];
		if (!amount) continue;
		const numbers = counted.map((event) => valueIn(event, amount.of)).filter((value) => typeof value === "number");
		return numbers.length > 0 && compare(AMOUNTS[kind](numbers), amount.is as NumberComparison);
	}
	return counted.length >= (leaf.atLeast ?? 1);
}

const sumOf = (numbers: readonly number[]) =>
	Number(numbers.reduce((sum, number) => sum + BigInt(Math.round(number * 1e6)), 0n)) / 1e6;

const AMOUNTS = {
	sum: sumOf,
	avg: (numbers: readonly number[]) => sumOf(numbers) / numbers.length,
	min: (numbers: readonly number[]) => Math.min(...numbers),
	max: (numbers: readonly number[]) => Math.max(...numbers),
};

function inWindow(leaf: EventLeaf, events: readonly SourcedEvent[], now: number): readonly SourcedEvent[] {
	if (leaf.within !== undefined) {
		const ms = durationMs(leaf.within);
		return inStretches(events, within(ms, bucketFor(ms), now));
	}
	if (!leaf.between) return events;
	const [from, to] = [durationMs(leaf.between.from), durationMs(leaf.between.to)];
	return inStretches(events, between(from, to, bucketFor(Math.min(to, from - to)), now));
}

function meetsHabit({ stopped, restarted, regularly }: EventLeaf, events: readonly SourcedEvent[], now: number) {
	const did = (stretches: Stretches) => inStretches(events, stretches).length;
	if (stopped) {
		const [active, silent] = [durationMs(stopped.active), durationMs(stopped.silent)];
		const b = bucketFor(Math.min(silent, active - silent));
		return did(between(active, silent, b, now)) > 0 && did(within(silent, b, now)) === 0;
	}
	if (restarted) {
		const [r, s, a] = [restarted.recent, restarted.silent, restarted.active].map(durationMs) as [
			number,
			number,
			number,
		];
		const b = bucketFor(Math.min(r, s, a));
		const isQuiet = did(between(r + s, r, b, now)) === 0;
		return did(within(r, b, now)) > 0 && isQuiet && did(between(r + s + a, r + s, b, now)) > 0;
	}
	if (!regularly) return false;
	const p = durationMs(regularly.period);
	const periods = Array.from({ length: regularly.of }, (_, i) =>
		did(i === 0 ? within(p, bucketFor(p), now) : between((i + 1) * p, i * p, bucketFor(p), now)),
	);
	return periods.filter((count) => count >= regularly.atLeast).length >= regularly.periods;
}

function meetsLast(leaf: LastEventLeaf, events: readonly SourcedEvent[], now: number): boolean {
	const last = named(events, { event: leaf.lastEvent, where: leaf.where })
		.sort((x, y) => timeOf(x) - timeOf(y) || compareText(x.messageId, y.messageId))
		.at(-1);
	if (!last || !meetsWhere(last, leaf.has)) return false;
	return leaf.within === undefined || timeOf(last) >= now - durationMs(leaf.within);
}

type Step = { readonly at: number; readonly key: Json; readonly is: readonly boolean[] };

function meetsSequence(leaf: SequenceLeaf, events: readonly SourcedEvent[], now: number): boolean {
	const [ms, lookback] = [durationMs(leaf.within), durationMs(leaf.lookback ?? "") || Number.POSITIVE_INFINITY];
	const not = leaf.sequence.findIndex((step) => "not" in step);
	const steps = stepsOf(leaf, events);
	const ends = (i: number, chain: Step): readonly number[] => {
		if (i === (not < 0 ? leaf.sequence.length : not) - 1) return [chain.at];
		return steps
			.filter((next) => next.is[i + 1] && next.key === chain.key && next.at > chain.at && next.at - chain.at <= ms)
			.flatMap((next) => ends(i + 1, next));
	};
	return [...new Set(steps.map(({ key }) => key))].some((key) => {
		const all = steps.filter((step) => step.key === key && step.is[0]).flatMap((step) => ends(0, step));
		if (all.length === 0) return false;
		const end = Math.max(...all);
		if (end < now - lookback) return false;
		if (not < 0) return true;
		return now >= end + ms && !steps.some((step) => step.key === key && step.is[not] && step.at > end);
	});
}

/** The latest fifty events that are a step; of the same millisecond by which steps they are, then by the key as text. */
function stepsOf({ sequence, key }: SequenceLeaf, events: readonly SourcedEvent[]): readonly Step[] {
	const steps = events.flatMap((event) => {
		const is = sequence.map((step) => named([event], "not" in step ? step.not : step).length > 0);
		const own = key === undefined ? null : valueIn(event, key);
		const isKey = own === null ? key === undefined : ["string", "number", "boolean"].includes(typeof own);
		const isShort = typeof own !== "string" || own.length <= 200;
		return is.includes(true) && isKey && isShort ? [{ at: timeOf(event), key: own as Json, is }] : [];
	});
	const bits = ({ is }: Step) => is.reduce((sum, each, i) => sum + (each ? 2 ** i : 0), 0);
	const text = ({ key: own }: Step) => (typeof own === "string" ? `$${own}` : JSON.stringify(own));
	return steps.sort((x, y) => x.at - y.at || bits(x) - bits(y) || compareText(text(x), text(y))).slice(-MAX_STEPS);
}

function consentOf(purpose: string, events: readonly SourcedEvent[]): "granted" | "denied" | "unknown" {
	const said = events
		.map((event) => ({ event, value: valueAt(event.context, ["consent", "categoryPreferences", purpose]) }))
		.filter(({ value }) => typeof value === "boolean")
		.sort((x, y) => timeOf(x.event) - timeOf(y.event) || compareText(x.event.messageId, y.event.messageId))
		.at(-1)?.value;
	return said === undefined ? "unknown" : said ? "granted" : "denied";
}

function isOnList(list: string, events: readonly SourcedEvent[], inForce: number | undefined): boolean {
	const uploads = named(events, { event: LISTED_EVENT, where: [] })
		.filter(({ source, properties }) => source === LIST_SOURCE && properties?.list === list)
		.map(({ properties }) => properties?.upload)
		.filter((upload) => typeof upload === "number");
	const latest = [...new Set(uploads)].sort((x, y) => x - y).slice(-MAX_UPLOADS);
	return inForce !== undefined && latest.includes(inForce);
}
