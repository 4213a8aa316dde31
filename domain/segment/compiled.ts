import type { Json } from "#domain/model/json.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { KeptMeasure } from "#domain/rules/measures/measure.ts";
import type { ConditionNode, ConditionPath } from "./condition-tree.ts";

/** What a segment's conditions look at. A whole `Profile` is one. */
export type Facts = Pick<Profile, "profileId" | "traits" | "measures">;

/**
 * How soon a segment follows: `stream` with each event, in seconds; `tick` too, and within two minutes where time alone
 * decides; `batch` with the scheduled run. `why` says in one sentence what makes it so.
 */
export type SegmentClass = { readonly kind: "stream" | "tick" | "batch"; readonly why: string };

/** One segment; it is ready when the past of everything it looks at is complete. */
export type CompiledSegment = {
	readonly id: string;
	readonly version: number;
	readonly root: ConditionNode;
	/** The keys of the measures it looks at. */
	readonly measures: readonly string[];
	/** The names of the traits it looks at. */
	readonly traits: ReadonlySet<string>;
	readonly isReady: boolean;
	readonly class: SegmentClass;
};

/** Whether somebody is a member now, and the earliest moment (ms) at which time alone may change that. */
export type Standing = { readonly isMember: boolean; readonly nextChangeAt?: number };

/** One condition in the light of a profile. */
export type ExplainedCondition = {
	readonly path: ConditionPath;
	/** The condition in plain words: "did Order Completed at least 3 times in the last 30 days". */
	readonly text: string;
	/** Absent where only the scheduled run can tell: other people decide it (`account`). */
	readonly isMet?: boolean;
	/** What was looked at: `{ count: 2 }`, `{ value: "gold" }`. Nothing of it goes into a log. */
	readonly values?: { readonly [name: string]: Json };
	/** When time alone may change this answer, ISO 8601 UTC. */
	readonly nextChangeAt?: string;
	readonly parts?: readonly ExplainedCondition[];
};

/** Every segment of a workspace, ready to be asked. */
export type CompiledSegments = {
	/** In the order given. */
	readonly segments: readonly CompiledSegment[];
	/** Each distinct measure once, by its key, whichever segments share it. */
	readonly measures: ReadonlyMap<string, KeptMeasure>;
	/** The names of the traits that any of them looks at. */
	readonly traits: ReadonlySet<string>;
	/** Whether the profile meets the segment now (ms). Nobody meets one that is not among those compiled, or is `batch`. */
	evaluate(segmentId: string, facts: Facts, now: number): boolean;
	/** The same, and when that may change by itself. */
	look(segmentId: string, facts: Facts, now: number): Standing;
	/** Why; undefined for a segment that is not among those compiled. */
	explain(segmentId: string, facts: Facts, now: number): ExplainedCondition | undefined;
	/** The condition to name as what tipped a change: one of those that look at these measures or traits, or the first that decides. */
	reasonFor(
		segmentId: string,
		facts: Facts,
		now: number,
		touched: { readonly measures: readonly string[]; readonly traits: readonly string[] },
	): ConditionPath | undefined;
};
