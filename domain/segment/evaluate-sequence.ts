import type { Bucket } from "#domain/model/profile.ts";
import { MAX_STEPS } from "#domain/rules/measures/measure-spec.ts";
import type { AskedLeaf } from "./asked.ts";
import type { Facts } from "./compiled.ts";
import type { LeafNode } from "./condition-tree.ts";
import { askSpans } from "./evaluate-spans.ts";
import { NEVER, type Span } from "./spans.ts";

type SequenceNode = Extract<LeafNode, { kind: "sequence" }>;
type Step = NonNullable<Bucket["steps"]>[number];

/** The end of the last chain of events with one key; `isAnswered`: what was not to come after it came. */
type Chain = { readonly key: string | undefined; readonly end: number; readonly isAnswered: boolean };

/** Events that followed one another, and perhaps one that did not. */
export function askSequence(node: SequenceNode, key: string): AskedLeaf {
	const chainsOf = ({ measures }: Facts) => {
		const steps = Object.values(measures?.[key] ?? {}).flatMap((bucket) => bucket.steps ?? []);
		const byKey = Map.groupBy(latest(steps), ([, , own]) => own);
		return [...byKey].flatMap(([own, ofKey]) => chainIn(ofKey, own, node));
	};
	return askSpans({
		spansOf: (facts) => chainsOf(facts).flatMap((chain) => spanOf(chain, node)),
		isTimed: hasNot(node) || node.lookbackMs !== undefined,
		values: (facts) => ({ chains: chainsOf(facts).sort(byWeight).map(shown) }),
	});
}

const hasNot = ({ measure, happened }: SequenceNode): boolean => measure.steps.length > happened;

function spanOf({ end, isAnswered }: Chain, node: SequenceNode): Span[] {
	const until = end + (node.lookbackMs ?? NEVER) + 1;
	const from = hasNot(node) ? end + node.withinMs : -NEVER;
	return isAnswered || from >= until ? [] : [[from, until]];
}

/** Those that were answered first, each in the order of their ends: the last ones are what the answer rests on. */
const byWeight = (x: Chain, y: Chain): number => Number(y.isAnswered) - Number(x.isAnswered) || x.end - y.end;

const shown = ({ key, end, isAnswered }: Chain) => ({
	...(key !== undefined && { key: key.replace(/^\$/, "") }),
	end: new Date(end).toISOString(),
	...(isAnswered && { isAnswered }),
});

const latest = (steps: Step[]): readonly Step[] => steps.sort(([x], [y]) => x - y).slice(-MAX_STEPS);

/** For each step the last moment by which a chain came so far, and the last one before that: a step is later than the one before it. */
type Reached = { last: number; before: number };

/** `steps` of one key, in the order of time. */
function chainIn(steps: readonly Step[], key: string | undefined, node: SequenceNode): Chain[] {
	const reached = Array.from({ length: node.happened }, (): Reached => ({ last: -NEVER, before: -NEVER }));
	for (const [at, bits] of steps) {
		for (const [i, here] of reached.entries()) {
			const isStep = ((bits >> i) & 1) === 1;
			if (isStep && at !== here.last && follows(reached[i - 1], at, node)) {
				here.before = here.last;
				here.last = at;
			}
		}
	}
	const end = reached.at(-1)?.last ?? -NEVER;
	if (end === -NEVER) return [];
	const answer = 1 << node.happened;
	return [{ key, end, isAnswered: steps.some(([at, bits]) => at > end && (bits & answer) !== 0) }];
}

/** Whether a chain came to the step before, earlier than this one and not too long ago; the first step follows nothing. */
function follows(previous: Reached | undefined, at: number, { withinMs }: SequenceNode): boolean {
	if (!previous) return true;
	const came = previous.last < at ? previous.last : previous.before;
	return at - came <= withinMs;
}
