import type { Asked, AskedGroup, NextChange, Test } from "./asked.ts";
import type { GroupNode } from "./condition-tree.ts";
import { NEVER } from "./spans.ts";

/** A group, ready to be asked: what costs little first, since it may spare the others. */
export function askGroup(node: GroupNode, parts: readonly Asked[]): AskedGroup {
	const { kind } = node;
	const tests = parts.toSorted((x, y) => x.cost - y.cost).map(({ test }) => test);
	return {
		kind,
		node,
		parts,
		test: TESTS[kind](tests),
		nextChange: nextOfGroup(parts, kind !== "all"),
		isTimed: parts.some(({ isTimed }) => isTimed),
		cost: parts.reduce((sum, { cost }) => sum + cost, 0),
	};
}

const TESTS: { readonly [kind in GroupNode["kind"]]: (tests: readonly Test[]) => Test } = {
	all: (tests) => (facts, now) => {
		for (const test of tests) if (!test(facts, now)) return false;
		return true;
	},
	any: (tests) => (facts, now) => {
		for (const test of tests) if (test(facts, now)) return true;
		return false;
	},
	none: (tests) => (facts, now) => {
		for (const test of tests) if (test(facts, now)) return false;
		return true;
	},
};

/**
 * One part decides a group: one that is not met an `all`, one that is met an `any` or a `none`. While none decides, the answer
 * stays until the first part changes; while some do, until each of those has changed once, the last one's moment at
 * the earliest: the others can only keep it longer.
 */
function nextOfGroup(parts: readonly Asked[], decidesWhen: boolean): NextChange {
	const timed = parts.filter(({ isTimed }) => isTimed);
	const others = parts.filter(({ isTimed }) => !isTimed);
	return (facts, now) => {
		if (others.some(({ test }) => test(facts, now) === decidesWhen)) return NEVER;
		const deciding = timed.filter(({ test }) => test(facts, now) === decidesWhen);
		return deciding.length === 0
			? Math.min(...timed.map(({ nextChange }) => nextChange(facts, now)))
			: Math.max(...deciding.map(({ nextChange }) => nextChange(facts, now)));
	};
}
