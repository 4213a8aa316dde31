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
	return (facts, now) => {
		const deciding = parts.filter(({ test }) => test(facts, now) === decidesWhen);
		if (deciding.length === 0) return Math.min(...timesOf(parts, facts, now));
		if (deciding.some(({ isTimed }) => !isTimed)) return NEVER;
		return Math.max(...timesOf(deciding, facts, now));
	};
}

const timesOf = (parts: readonly Asked[], ...asked: Parameters<NextChange>): number[] =>
	parts.flatMap(({ isTimed, nextChange }) => (isTimed ? [nextChange(...asked)] : []));
