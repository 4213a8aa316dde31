import type { EventLeaf, Leaf } from "#contracts/definitions/condition.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { checkTraitCondition } from "./check-trait-conditions.ts";
import { stretchOf } from "./event-stretch.ts";
import { checkSegmentGraph } from "./segment-graph.ts";
import { leavesIn } from "./walk-condition.ts";
import { missing, ofKind, type WorkspaceProblem } from "./workspace-problem.ts";

/** How many stretches of time may be kept of one measure: thirty days by five minutes are 8,640. */
const MAX_STRETCHES = 10_000;

/** The times of a condition on events that are kept by stretches finer than how far back they reach would make one think. */
const REACHING = ["between", "stopped", "restarted", "regularly"] as const;

type Problem = Pick<WorkspaceProblem, "path" | "wrong" | "right">;

/**
 * What is wrong with segments among all other definitions: names of what is not there, segments that contain themselves or
 * too much, and conditions on defined traits that can never be so. Which lists there are is not known from definitions: one
 * that was not uploaded yet has nobody on it.
 */
export function checkSegments(definitions: readonly Definition[]): WorkspaceProblem[] {
	const segments = ofKind(definitions, "segment");
	const names = segments.map(({ id }) => id);
	const traits = ofKind(definitions, "trait");
	const check = (leaf: Leaf): Problem[] => {
		if ("trait" in leaf) return checkTraitCondition(leaf, traits);
		if ("event" in leaf) return findTooFine(leaf);
		if (!("segment" in leaf) || names.includes(leaf.segment)) return [];
		return [{ path: ["segment"], ...missing("segment", leaf.segment, names) }];
	};
	const own = segments.flatMap(({ id, when }) =>
		leavesIn(when).flatMap(({ leaf, path }) =>
			check(leaf).map((found): WorkspaceProblem => ({ ...found, kind: "segment", id, path: [...path, ...found.path] })),
		),
	);
	return [...own, ...checkSegmentGraph(segments)];
}

function findTooFine(leaf: EventLeaf): Problem[] {
	const { bucketMs, reachMs } = stretchOf(leaf);
	const stretches = reachMs / bucketMs;
	const field = REACHING.find((each) => leaf[each] !== undefined);
	if (field === undefined || stretches <= MAX_STRETCHES) return [];
	const wrong = `so short a time so far back is kept in ${Math.ceil(stretches)} stretches of ${bucketMs / 60_000} minutes`;
	return [{ path: [field], wrong, right: `at most ${MAX_STRETCHES}: a longer time, or one that is not so far back` }];
}
