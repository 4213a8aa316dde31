import type { EventLeaf, NumberComparison } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import { stretchOf } from "#domain/rules/event-stretch.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import type { ConditionNode, ConditionPath, LeafNode, Window } from "./condition-tree.ts";

type CountSpec = Extract<MeasureSpec, { kind: "count" }>;

const ONCE: NumberComparison = { op: "gte", value: 1 };
const AMOUNTS = ["sum", "avg", "min", "max"] as const;

/** What somebody did as a node: a habit as the plain conditions it stands for, each at the habit's own place. */
export function readEventLeaf(leaf: EventLeaf, path: ConditionPath): ConditionNode {
	if (leaf.stopped) return readStopped(leaf, leaf.stopped, path);
	if (leaf.restarted) return readRestarted(leaf, leaf.restarted, path);
	if (leaf.regularly) {
		const { period, periods, of, atLeast } = leaf.regularly;
		return { kind: "regularly", path, measure: countOf(leaf), periodMs: durationMs(period), of, periods, atLeast };
	}
	return readAmount(leaf, path);
}

function readAmount(leaf: EventLeaf, path: ConditionPath): LeafNode {
	const window = windowOf(leaf);
	for (const kind of AMOUNTS) {
		const amount = leaf[kind];
		if (!amount) continue;
		const measure = { ...eventsOf(leaf), kind: "stats", property: amount.of } as const;
		return { kind, path, measure, window, is: amount.is };
	}
	const is: NumberComparison = leaf.count ?? { op: "gte", value: leaf.atLeast ?? 1 };
	return { kind: "count", path, measure: countOf(leaf), window, is };
}

/** Days that are named are no window: they are part of what is measured. */
function windowOf({ within, between }: EventLeaf): Window {
	if (within !== undefined) return { kind: "within", ms: durationMs(within) };
	if (between === undefined) return { kind: "ever" };
	return { kind: "between", fromMs: durationMs(between.from), toMs: durationMs(between.to) };
}

function eventsOf(leaf: EventLeaf) {
	const { event, where, since, until } = leaf;
	const days = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
	return { event, where, ...days, bucketMs: stretchOf(leaf).bucketMs };
}

const countOf = (leaf: EventLeaf): CountSpec => ({ ...eventsOf(leaf), kind: "count" });

type Habit<Name extends "stopped" | "restarted"> = NonNullable<EventLeaf[Name]>;

function readStopped(leaf: EventLeaf, habit: Habit<"stopped">, path: ConditionPath): ConditionNode {
	const [active, silent] = [durationMs(habit.active), durationMs(habit.silent)];
	const measure = countOf(leaf);
	const did = (window: Window): LeafNode => ({ kind: "count", path, measure, window, is: ONCE });
	return {
		kind: "all",
		path,
		habit: { measure, silentMs: silent, activeMs: active },
		parts: [
			did({ kind: "between", fromMs: active, toMs: silent }),
			{ kind: "none", path, parts: [did({ kind: "within", ms: silent })] },
		],
	};
}

function readRestarted(leaf: EventLeaf, habit: Habit<"restarted">, path: ConditionPath): ConditionNode {
	const recent = durationMs(habit.recent);
	const resumed = recent + durationMs(habit.silent);
	const began = resumed + durationMs(habit.active);
	const measure = countOf(leaf);
	const did = (window: Window): LeafNode => ({ kind: "count", path, measure, window, is: ONCE });
	return {
		kind: "all",
		path,
		habit: { measure, recentMs: recent, silentMs: resumed - recent, activeMs: began - resumed },
		parts: [
			did({ kind: "within", ms: recent }),
			{ kind: "none", path, parts: [did({ kind: "between", fromMs: resumed, toMs: recent })] },
			did({ kind: "between", fromMs: began, toMs: resumed }),
		],
	};
}
