import type { EventLeaf, NumberComparison } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import { bucketFor, type MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
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
		const periodMs = durationMs(period);
		const measure = countOf(leaf, bucketFor(periodMs));
		return { kind: "regularly", path, measure, periodMs, of, periods, atLeast };
	}
	return readAmount(leaf, path);
}

function readAmount(leaf: EventLeaf, path: ConditionPath): LeafNode {
	const { window, bucketMs } = windowOf(leaf);
	for (const kind of AMOUNTS) {
		const amount = leaf[kind];
		if (!amount) continue;
		const measure = { ...eventsOf(leaf), kind: "stats", property: amount.of, bucketMs } as const;
		return { kind, path, measure, window, is: amount.is };
	}
	const is: NumberComparison = leaf.count ?? { op: "gte", value: leaf.atLeast ?? 1 };
	return { kind: "count", path, measure: countOf(leaf, bucketMs), window, is };
}

/** The window of a leaf and the stretches it goes by: days that are named are part of what is measured, and need none. */
function windowOf({ within, between }: EventLeaf): { readonly window: Window; readonly bucketMs: number } {
	if (within !== undefined) {
		const ms = durationMs(within);
		return { window: { kind: "within", ms }, bucketMs: bucketFor(ms) };
	}
	if (between === undefined) return { window: { kind: "ever" }, bucketMs: 0 };
	const [fromMs, toMs] = [durationMs(between.from), durationMs(between.to)];
	return { window: { kind: "between", fromMs, toMs }, bucketMs: bucketFor(Math.min(toMs, fromMs - toMs)) };
}

function eventsOf({ event, where, since, until }: EventLeaf) {
	return { event, where, ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

const countOf = (leaf: EventLeaf, bucketMs: number): CountSpec => ({ ...eventsOf(leaf), kind: "count", bucketMs });

type Habit<Name extends "stopped" | "restarted"> = NonNullable<EventLeaf[Name]>;

function readStopped(leaf: EventLeaf, habit: Habit<"stopped">, path: ConditionPath): ConditionNode {
	const [active, silent] = [durationMs(habit.active), durationMs(habit.silent)];
	const measure = countOf(leaf, bucketFor(Math.min(silent, active - silent)));
	const did = (window: Window): LeafNode => ({ kind: "count", path, measure, window, is: ONCE });
	return {
		kind: "all",
		path,
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
	const measure = countOf(leaf, bucketFor(Math.min(recent, resumed - recent, began - resumed)));
	const did = (window: Window): LeafNode => ({ kind: "count", path, measure, window, is: ONCE });
	return {
		kind: "all",
		path,
		parts: [
			did({ kind: "within", ms: recent }),
			{ kind: "none", path, parts: [did({ kind: "between", fromMs: resumed, toMs: recent })] },
			did({ kind: "between", fromMs: began, toMs: resumed }),
		],
	};
}
