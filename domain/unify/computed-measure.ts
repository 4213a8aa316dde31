import type { Computation, ComputedTrait } from "#contracts/definitions/trait.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import type { Bucket, Moment } from "#domain/model/profile.ts";
import { canonical, compilePath, compileWhere, meaningOfWhere } from "#domain/rules/event-conditions.ts";
import { decimalOf } from "./exact-sum.ts";

/** SHA-256 of a text in base64url. The same one everywhere: it names what is stored in fragments. */
export type Hash = (text: string) => string;

/** Something about events that is kept by stretches of time, whichever computed traits look at it. */
export type Measure = {
	readonly key: string;
	/** The name of the track events it is about. */
	readonly event: string;
	/** Milliseconds of one stretch; 0: all time is one. */
	readonly bucketMs: number;
	/** How far back anybody looks. */
	readonly keptMs: number;
	/** What an event adds; undefined when it is of no account here. The event's name is known to be the right one. */
	readonly read: (event: SourcedEvent) => Bucket | undefined;
};

/** How far back a trait looks, in milliseconds; undefined: for ever. */
export const windowOf = ({ within }: Pick<ComputedTrait, "within">): number | undefined =>
	within === undefined ? undefined : Number.parseInt(within, 10) * (UNITS[within.at(-1) ?? ""] ?? 0);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: { readonly [unit: string]: number } = { m: MINUTE, h: HOUR, d: DAY };

/** Stretches of time in a window: what leaves it does so a tenth of it late at most. */
const BUCKETS = 10;

/** 11 characters of base64url are 66 bits: short in the hot item, and no two measures of a workspace will meet. */
const KEY_LENGTH = 11;

/** Longer texts are no values that one counts. */
const MAX_COUNTED_LENGTH = 128;
const MAX_TEXT_LENGTH = 256;

/** What is kept: how many events, what numbers add up to, the first or last value, the last event, how often each value was seen. */
type Kind = "count" | "stats" | "first" | "last" | "seen" | "values";

const KINDS: { readonly [compute in Computation]: Kind } = {
	count: "count",
	sum: "stats",
	avg: "stats",
	min: "stats",
	max: "stats",
	first: "first",
	last: "last",
	days_since: "seen",
	most_frequent: "values",
	unique_list: "values",
	unique_count: "values",
};

/**
 * What a computed trait needs to be known of events. It is named by what it means: the event, its conditions, the property,
 * what is kept and the length of its stretches; so traits that need the same share it, and an edited description changes nothing.
 */
export function measureOf(trait: ComputedTrait, hash: Hash): Measure {
	const { event, where, property = null } = trait;
	const [kind, keptMs] = [KINDS[trait.compute], windowOf(trait) ?? Number.POSITIVE_INFINITY];
	const bucketMs = bucketOf(kind, keptMs);
	const meaning = canonical({ event, where: meaningOfWhere(where), property, kind, bucketMs });
	const meets = compileWhere({ where });
	const valueIn = property === null ? () => undefined : compilePath(property);
	const read = READERS[kind];
	return {
		key: hash(meaning).slice(0, KEY_LENGTH),
		event,
		bucketMs,
		keptMs,
		read: (one) => (meets(one) ? read(valueIn(one), one) : undefined),
	};
}

/**
 * A tenth of the window, a minute at least. Numbers are cheap to keep, so their stretches are a day at most. The last event
 * is the last whatever the window.
 */
function bucketOf(kind: Kind, windowMs: number): number {
	if (!Number.isFinite(windowMs) || kind === "last" || kind === "seen") return 0;
	const tenth = Math.max(MINUTE, windowMs / BUCKETS);
	return kind === "count" || kind === "stats" ? Math.min(tenth, DAY) : tenth;
}

type Reader = (value: Json | undefined, event: SourcedEvent) => Bucket | undefined;

/** Nothing is coerced: a value of another kind than what is measured adds nothing. */
const READERS: { readonly [kind in Kind]: Reader } = {
	count: () => ({ n: 1 }),
	stats: (value) => {
		const sum = typeof value === "number" ? decimalOf(value) : undefined;
		return typeof value === "number" && sum !== undefined ? { n: 1, sum, min: value, max: value } : undefined;
	},
	first: (value, event) => (isScalar(value, MAX_TEXT_LENGTH) ? { first: { ...momentOf(event), value } } : undefined),
	last: (value, event) => (isScalar(value, MAX_TEXT_LENGTH) ? { last: { ...momentOf(event), value } } : undefined),
	seen: (_, event) => ({ last: momentOf(event) }),
	values: (value) => (isScalar(value, MAX_COUNTED_LENGTH) ? { values: { [keyOfValue(value)]: 1 } } : undefined),
};

const momentOf = ({ timestamp: at, messageId, source }: SourcedEvent): Moment => ({ at, messageId, source });

const isScalar = (value: Json | undefined, maxLength: number): value is string | number | boolean =>
	typeof value === "string" ? value.length <= maxLength : typeof value === "number" || typeof value === "boolean";

/** A value as the name of its place in a table. */
const keyOfValue = (value: string | number | boolean): string =>
	typeof value === "string" ? `$${value}` : JSON.stringify(value);

/** The value that has this place in a table. */
export const valueOfKey = (key: string): string | number | boolean =>
	// written by `keyOfValue`
	key.startsWith("$") ? key.slice(1) : (JSON.parse(key) as number | boolean);
