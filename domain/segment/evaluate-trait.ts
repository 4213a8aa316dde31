import type { Json } from "#domain/model/json.ts";
import { valueAt } from "#domain/rules/compare.ts";
import type { AskedLeaf, Test } from "./asked.ts";
import { compileComparison, compileSpan, isRelative } from "./compile-comparison.ts";
import type { Facts } from "./compiled.ts";
import type { LeafNode } from "./condition-tree.ts";
import { endOfAnswer, NEVER } from "./spans.ts";

type TraitNode = Extract<LeafNode, { kind: "trait" }>;
type Valued = Pick<TraitNode, "name" | "steps" | "is">;

/** What every object has: a trait of such a name must be the profile's own. */
const isInherited = (name: string): boolean => name in Object.prototype;

/** The value that a profile shows where a condition looks. */
export function valueOfTrait({ name, steps }: Pick<Valued, "name" | "steps">, { traits }: Facts): Json | undefined {
	const trait = isInherited(name) && !Object.hasOwn(traits, name) ? undefined : traits[name];
	return steps.length === 0 ? trait?.value : valueAt(trait?.value, steps);
}

/** Whether the value that a profile shows meets the condition. */
export function traitTest(node: Valued): Test {
	const meets = compileComparison(node.is);
	const { name, steps } = node;
	if (steps.length > 0 || isInherited(name)) return (facts, now) => meets(valueOfTrait(node, facts), now);
	return ({ traits }, now) => meets(traits[name]?.value, now);
}

/** A fact of the profile. */
export function askTrait(node: TraitNode): AskedLeaf {
	const { is } = node;
	const test = traitTest(node);
	const values = (facts: Facts) => ({ value: valueOfTrait(node, facts) ?? null });
	if (!isRelative(is)) return { test, nextChange: () => NEVER, isTimed: false, values };
	const spanOf = compileSpan(is);
	return {
		test,
		nextChange: (facts, now) => endOfAnswer([spanOf(valueOfTrait(node, facts))], now),
		isTimed: true,
		values,
	};
}
