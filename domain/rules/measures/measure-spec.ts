import type { FixedComparison, NamedEvent } from "#contracts/definitions/condition.ts";

type Where = NamedEvent["where"];

/** Track events of a name that meet conditions, and that happened on certain days (UTC, `until` exclusive). */
type Events = { readonly event: string; readonly where: Where; readonly since?: string; readonly until?: string };

/** One shape for each kind, so that each can be picked out. */
type Counted<Kind extends string> = Kind extends string
	? Events & { readonly kind: Kind; readonly bucketMs: number }
	: never;

/**
 * What is kept of events, by stretches of `bucketMs` of event time (0: all time is one): plain data, so that the stream, SQL
 * and whoever explains it mean the same.
 *
 * | kind | a bucket holds |
 * |---|---|
 * | `count` | how many events |
 * | `stats` | of the numbers in a field: how many, exact sum, least, greatest |
 * | `first`, `last` | the first or last scalar in a field, and its moment |
 * | `seen` | the moment of the last event |
 * | `values` | how often each value of a field was seen |
 * | `met` | the moment of the last event, and whether it was as asked (`has`) |
 * | `said` | each time the trait was said: when, and whether the value meets `is`; the latest 64 |
 * | `steps` | each event that is one of the steps: when, which, the key's value; the latest 50 |
 * | `consent` | what was said last about a purpose |
 * | `listed` | the numbers of the uploads of a list that named the person; the latest 8 |
 */
export type MeasureSpec =
	| Counted<"count" | "seen">
	| (Counted<"stats" | "first" | "last" | "values"> & { readonly property: string })
	| (Events & { readonly kind: "met"; readonly has: Where; readonly bucketMs: 0 })
	| { readonly kind: "said"; readonly trait: string; readonly is: FixedComparison; readonly bucketMs: number }
	| {
			readonly kind: "steps";
			readonly steps: readonly NamedEvent[];
			readonly property?: string;
			readonly bucketMs: number;
	  }
	| { readonly kind: "consent"; readonly purpose: string; readonly bucketMs: 0 }
	| { readonly kind: "listed"; readonly list: string; readonly bucketMs: 0 };

/** Sayings of a trait that are kept, and steps of a sequence: the latest. */
export const MAX_SAID = 64;
export const MAX_STEPS = 50;

/** The track event through which an upload names a person: `properties.list`, `properties.upload` (1, 2 …). */
export const LISTED_EVENT = "Tutti List Uploaded";

/**
 * Where alone it comes from: no source of a workspace can have an id with a dot, so nobody puts himself on a list by
 * sending such an event.
 */
export const LIST_SOURCE = "tutti.lists";

/**
 * Uploads of a list that are kept for a person: the latest by their numbers. More than one, so that whoever is in the upload in
 * force and in the next one stays a member while the next one comes in.
 */
export const MAX_UPLOADS = 8;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths of stretches: all of them divide a day. */
const LADDER = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440].map((minutes) => minutes * MINUTE);

/**
 * The stretch for a window: the longest of the ladder that is a tenth of the window at most, a minute at least. So windows
 * of similar length share what is kept, and what leaves one does so a tenth of it late at most, never early.
 */
export const bucketFor = (windowMs: number): number => LADDER.findLast((length) => length <= windowMs / 10) ?? MINUTE;

/** The days of sayings, the hours of steps: only so that an event rewrites few of them. */
export const SAID_BUCKET_MS = DAY;
export const STEPS_BUCKET_MS = HOUR;
