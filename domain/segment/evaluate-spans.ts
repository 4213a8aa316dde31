import type { Json } from "#domain/model/json.ts";
import type { MeasureState } from "#domain/model/profile.ts";
import { MAX_SAID } from "#domain/rules/measures/measure-spec.ts";
import type { AskedLeaf } from "./asked.ts";
import type { Facts } from "./compiled.ts";
import type { LeafNode } from "./condition-tree.ts";
import { traitTest, valueOfTrait } from "./evaluate-trait.ts";
import { endOfAnswer, isWithin, NEVER, type Span } from "./spans.ts";

type LastEventNode = Extract<LeafNode, { kind: "lastEvent" }>;
type HeldNode = Extract<LeafNode, { kind: "held" }>;

/** What the last event of a kind was like. */
export function askLastEvent({ withinMs = NEVER }: LastEventNode, key: string): AskedLeaf {
	const lastOf = ({ measures }: Facts) => measures?.[key]?.["0"]?.last;
	return askSpans({
		spansOf: (facts) => {
			const last = lastOf(facts);
			return last?.value === true ? [[-NEVER, Date.parse(last.at) + withinMs + 1]] : [];
		},
		isTimed: withinMs !== NEVER,
		values: (facts): { readonly [name: string]: Json } => {
			const last = lastOf(facts);
			return last ? { at: last.at, isAsAsked: last.value === true } : { at: null };
		},
	});
}

/** A trait that has been as asked for a time. */
export function askHeld(node: HeldNode, key: string): AskedLeaf {
	const isNow = traitTest(node);
	return askSpans({
		spansOf: (facts, now) => {
			const began = isNow(facts, now) ? beginOfRun(facts.measures?.[key]) : undefined;
			if (began === undefined) return [];
			const due = began + node.ms;
			return node.bound === "atLeast" ? [[due, NEVER]] : [[-NEVER, due]];
		},
		isTimed: true,
		values: (facts) => {
			const began = beginOfRun(facts.measures?.[key]);
			const since = began === undefined ? null : new Date(began).toISOString();
			return { value: valueOfTrait(node, facts) ?? null, since };
		},
	});
}

/** When the sayings that are as asked began, up to the last one, in an unbroken row; undefined when the last one is not. */
function beginOfRun(stretches: MeasureState[string] | undefined): number | undefined {
	const said = Object.values(stretches ?? {}).flatMap((bucket) => bucket.said ?? []);
	// at the same moment one that is not as asked comes last
	const latest = said.sort(([x, isX], [y, isY]) => x - y || isY - isX).slice(-MAX_SAID);
	return latest[latest.findLastIndex(([, isMet]) => isMet === 0) + 1]?.[0];
}

type SpansOf = {
	readonly spansOf: (facts: Facts, now: number) => readonly Span[];
	readonly isTimed: boolean;
	readonly values: (facts: Facts, now: number) => { readonly [name: string]: Json };
};

/** A condition that is met from moments that are known until moments that are known. */
export const askSpans = ({ spansOf, isTimed, values }: SpansOf): AskedLeaf => ({
	test: (facts, now) => isWithin(spansOf(facts, now), now),
	nextChange: (facts, now) => (isTimed ? endOfAnswer(spansOf(facts, now), now) : NEVER),
	isTimed,
	values,
});
