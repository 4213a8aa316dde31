import { durationMs } from "#contracts/definitions/duration.ts";
import type { Computation, ComputedTrait } from "#contracts/definitions/trait.ts";
import type { Look } from "./measure.ts";
import { bucketFor, type MeasureSpec } from "./measure-spec.ts";

/** How far back a computed trait looks, in milliseconds; undefined: for ever. */
export const windowOf = ({ within }: Pick<ComputedTrait, "within">): number | undefined =>
	within === undefined ? undefined : durationMs(within);

type Kind = Extract<MeasureSpec["kind"], "count" | "stats" | "first" | "last" | "seen" | "values">;

/** What must be kept of events for each computation. */
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

/** What a computed trait looks at. */
export function lookOfTrait(trait: ComputedTrait): Look {
	const { event, where, property = "" } = trait;
	const [kind, windowMs] = [KINDS[trait.compute], windowOf(trait)];
	const events = { event, where, bucketMs: bucketOf(kind, windowMs) };
	const spec: MeasureSpec = kind === "count" || kind === "seen" ? { kind, ...events } : { kind, ...events, property };
	return { spec, keptMs: windowMs ?? Number.POSITIVE_INFINITY };
}

/** Stretches in a window: what leaves it does so a tenth of it late at most. */
const BUCKETS = 10;

/**
 * Numbers go by the stretches that segments go by, and share them. Tables and first values are larger and nobody else's, so
 * theirs are as long as may be. The last event is the last whatever the window.
 */
function bucketOf(kind: Kind, windowMs: number | undefined): number {
	if (windowMs === undefined || kind === "last" || kind === "seen") return 0;
	return kind === "count" || kind === "stats" ? bucketFor(windowMs) : Math.max(bucketFor(windowMs), windowMs / BUCKETS);
}
