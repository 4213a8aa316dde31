import type { AccountLeaf, Comparison, NumberComparison } from "#contracts/definitions/condition.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";

/** Where a condition stands in its definition: `when.all.0`. */
export type ConditionPath = readonly (string | number)[];

/**
 * When events count, seen from the moment of asking, by the stretches of their measure (index `k` of length `b`):
 * `ever` all; `within` k ≥ ⌊(now − ms) / b⌋; `between` ⌊(now − fromMs) / b⌋ ≤ k < ⌊(now − toMs) / b⌋.
 */
export type Window =
	| { readonly kind: "ever" }
	| { readonly kind: "within"; readonly ms: number }
	| { readonly kind: "between"; readonly fromMs: number; readonly toMs: number };

/** `segment`: the conditions of this other segment stand here, in its place. */
type Placed = { readonly path: ConditionPath; readonly segment?: string };
type Kept<Kind extends MeasureSpec["kind"]> = { readonly measure: Extract<MeasureSpec, { kind: Kind }> };

/** How a habit was written: stopped (without `recentMs`) or restarted. Only to put it in words. */
type Habit = Kept<"count"> & {
	readonly recentMs?: number;
	readonly silentMs: number;
	readonly activeMs: number;
};

/** A group; what was written as a habit (stopped, restarted) is one too, of the plain conditions it stands for. */
export type GroupNode = Placed & {
	readonly kind: "all" | "any" | "none";
	readonly parts: readonly ConditionNode[];
	readonly habit?: Habit;
};

export type LeafNode = Placed &
	(
		| { readonly kind: "trait"; readonly name: string; readonly steps: readonly string[]; readonly is: Comparison }
		/** How often: none is 0. */
		| (Kept<"count"> & { readonly kind: "count"; readonly window: Window; readonly is: NumberComparison })
		/** Of no number at all, nothing is true. */
		| (Kept<"stats"> & {
				readonly kind: "sum" | "avg" | "min" | "max";
				readonly window: Window;
				readonly is: NumberComparison;
		  })
		/** Period i of `of` (0 is the latest) is `between` (i+1)·periodMs and i·periodMs ago; of the latest all up to now. */
		| (Kept<"count"> & {
				readonly kind: "regularly";
				readonly periodMs: number;
				readonly of: number;
				readonly periods: number;
				readonly atLeast: number;
		  })
		/** The last event was as asked, `withinMs` ago at most (to the millisecond). */
		| (Kept<"met"> & { readonly kind: "lastEvent"; readonly withinMs?: number })
		/** The trait meets `is`, and has by what was said of it for so long: at least, or less than. */
		| (Kept<"said"> & {
				readonly kind: "held";
				readonly name: string;
				readonly steps: readonly string[];
				readonly is: Comparison;
				readonly bound: "atLeast" | "lessThan";
				readonly ms: number;
		  })
		| (Kept<"steps"> & {
				readonly kind: "sequence";
				/** Steps that happened, in order; the others of the measure (one at most, the last) did not. */
				readonly happened: number;
				readonly withinMs: number;
				readonly lookbackMs?: number;
		  })
		| (Kept<"consent"> & { readonly kind: "consent"; readonly is: "granted" | "denied" | "unknown" })
		| (Kept<"listed"> & {
				readonly kind: "list" /** The upload in force; 0: there is none yet. */;
				readonly upload: number;
		  })
		| { readonly kind: "bucket"; readonly salt: string; readonly from: number; readonly to: number }
		| { readonly kind: "account"; readonly users: AccountLeaf["account"]["users"]; readonly meet: ConditionNode }
	);

/** A condition as all evaluators take it: sugar resolved, other segments put in their place, measures named. */
export type ConditionNode = GroupNode | LeafNode;
