import type { Computation } from "#contracts/definitions/trait.ts";
import type { Json } from "#domain/model/json.ts";
import { valueAt } from "#domain/rules/compare.ts";
import type { AskedLeaf } from "./asked.ts";
import { compileComparison, compileSpan, isRelative } from "./compile-comparison.ts";
import type { Facts } from "./compiled.ts";
import type { LeafNode } from "./condition-tree.ts";
import { NEVER } from "./spans.ts";

type TraitNode = Extract<LeafNode, { kind: "trait" }>;

/** How a trait is computed of what is kept of events: its value is another one as time passes. */
export type ComputedValue = {
	/** Of the measure it is computed of. */
	readonly key: string;
	readonly compute: Computation;
	/** Milliseconds of one stretch of the measure; 0: all time is one. */
	readonly bucketMs: number;
	/** How far back it looks, ms; absent: for ever. */
	readonly windowMs?: number;
	readonly valueAt: (measures: NonNullable<Facts["measures"]>, now: number) => Json | undefined;
};

const DAY = 24 * 60 * 60_000;

/** Moments that are looked at before the next one is taken unseen: somebody who looks too early looks again. */
const MAX_AHEAD = 100;

/** A fact that is computed of events: it is computed anew at the moment asked about. */
export function askComputed(node: TraitNode, computed: ComputedValue): AskedLeaf {
	const meets = compileComparison(node.is);
	const shownAt = ({ measures = {} }: Facts, now: number) => valueAt(computed.valueAt(measures, now), node.steps);
	const test = (facts: Facts, now: number) => meets(shownAt(facts, now), now);
	const isTimed = computed.windowMs !== undefined || computed.compute === "days_since" || isRelative(node.is);
	return {
		test,
		isTimed,
		nextChange: (facts, now) => {
			const isMet = test(facts, now);
			const moments = momentsOf(facts, now, { node, computed }).filter((moment) => moment > now && moment !== NEVER);
			const ahead = moments.sort((x, y) => x - y);
			return ahead.find((moment, i) => i === MAX_AHEAD || test(facts, moment) !== isMet) ?? NEVER;
		},
		values: (facts, now) => ({ value: shownAt(facts, now) ?? null }),
	};
}

/** The moments at which the value, or what is said of it, may be another one. */
function momentsOf(
	facts: Facts,
	now: number,
	{ node, computed }: { readonly node: TraitNode; readonly computed: ComputedValue },
): number[] {
	const stretches = Object.entries(facts.measures?.[computed.key] ?? {});
	const { bucketMs, windowMs, compute } = computed;
	const leaving = stretches.flatMap(([k, { last }]) => {
		if (windowMs === undefined) return [];
		if (bucketMs > 0) return [(Number(k) + 1) * bucketMs + windowMs];
		return last ? [Date.parse(last.at) + windowMs + 1] : [];
	});
	const days = stretches.flatMap(([, { last }]) =>
		last && compute === "days_since" ? daysNamed(node).map((day) => Date.parse(last.at) + day * DAY) : [],
	);
	if (!isRelative(node.is)) return [...leaving, ...days];
	// only the first or the last value of a field can be a date
	const values = [now, ...leaving].map((moment) => valueAt(computed.valueAt(facts.measures ?? {}, moment), node.steps));
	return [...leaving, ...values.flatMap(compileSpan(node.is))];
}

/** After how many days a comparison with their number may turn out otherwise. */
function daysNamed({ is }: TraitNode): number[] {
	const named = "value" in is ? [is.value].flat().filter((value) => typeof value === "number") : [];
	return named.flatMap((value) => [Math.ceil(value), Math.floor(value) + 1]);
}
