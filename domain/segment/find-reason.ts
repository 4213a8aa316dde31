import type { Asked } from "./asked.ts";
import type { CompiledSegments, Facts } from "./compiled.ts";
import type { ConditionPath } from "./condition-tree.ts";

type AskedLeaf = Extract<Asked, { kind: "leaf" }>;
type Touched = Parameters<CompiledSegments["reasonFor"]>[3];

/** Who leaves because time passed is found within two minutes, or as soon as the tick works again. */
const JUST_NOW_MS = [5 * 60_000, 60 * 60_000];

/**
 * The place of the condition that tipped an answer: of those that decide it, the first that looks at what changed. Where
 * nothing did, time passed: the first that was otherwise a short while ago, or that time can change. Else the first.
 */
export function findReason(
	asked: Asked,
	facts: Facts,
	{ now, touched }: { readonly now: number; readonly touched: Touched },
): ConditionPath | undefined {
	const deciding = decidingIn(asked, facts, now);
	const fed = deciding.find((leaf) => looksAt(leaf, touched));
	if (fed) return fed.node.path;
	const timed = touched.measures.length + touched.traits.length > 0 ? [] : deciding.filter(({ isTimed }) => isTimed);
	const justNow = JUST_NOW_MS.flatMap((ms) => timed.filter(({ test }) => test(facts, now - ms) !== test(facts, now)));
	return (justNow[0] ?? timed[0] ?? deciding[0])?.node.path;
}

/** The conditions without which the answer would be another, or might: those that are as a group needs them to be as it is. */
function decidingIn(asked: Asked, facts: Facts, now: number): readonly AskedLeaf[] {
	if (asked.kind === "leaf") return [asked];
	const decidesWhen = asked.kind !== "all";
	const deciding = asked.parts.filter(({ test }) => test(facts, now) === decidesWhen);
	return (deciding.length > 0 ? deciding : asked.parts).flatMap((part) => decidingIn(part, facts, now));
}

const looksAt = ({ node, key }: AskedLeaf, { measures, traits }: Touched): boolean =>
	(key !== undefined && measures.includes(key)) || ("name" in node && traits.includes(node.name));
