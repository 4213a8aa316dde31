import type { Json } from "#domain/model/json.ts";
import type { Facts } from "./compiled.ts";
import type { ConditionNode, LeafNode } from "./condition-tree.ts";

/** Whether a profile meets a condition at a moment (ms). */
export type Test = (facts: Facts, now: number) => boolean;

/** The first moment after now at which time alone may change the answer, never a later one; `NEVER` when it does not. */
export type NextChange = (facts: Facts, now: number) => number;

/** A condition that is no group, ready to be asked. */
export type AskedLeaf = {
	readonly test: Test;
	readonly nextChange: NextChange;
	/** Whether time alone can ever change the answer. */
	readonly isTimed: boolean;
	/** What was looked at, for whoever asks why. */
	readonly values: (facts: Facts, now: number) => { readonly [name: string]: Json };
};

type Asks = Pick<AskedLeaf, "test" | "nextChange" | "isTimed"> & {
	/** What an answer costs, as a multiple of looking at one fact. */
	readonly cost: number;
};

/** A group, ready to be asked. */
export type AskedGroup = Asks & {
	readonly kind: "all" | "any" | "none";
	readonly node: ConditionNode;
	readonly parts: readonly Asked[];
};

/** A condition, ready to be asked. */
export type Asked =
	| AskedGroup
	| (Asks &
			AskedLeaf & {
				readonly kind: "leaf";
				readonly node: LeafNode;
				/** Of the measure it looks at. */
				readonly key?: string;
			});
