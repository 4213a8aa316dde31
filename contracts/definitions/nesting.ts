import type * as z from "zod";

/** Groups within groups: a condition that a person can still read, and at which nothing runs out of stack. */
const MAX_GROUPS = 20;

/** Each group is an object with a list in it; within the innermost a leaf has a few levels more. */
const MAX_LEVELS = 2 * MAX_GROUPS + 8;

/** Lets a value through as it is, unless so much stands within one another that nobody should go into it. */
export function refuseNesting(value: unknown, context: z.core.$RefinementCtx): unknown {
	if (levelsIn(value, MAX_LEVELS + 1) > MAX_LEVELS) {
		const wrong = "too many groups stand within one another";
		context.addIssue({ code: "custom", message: `at most ${MAX_GROUPS}`, params: { wrong } });
	}
	return value;
}

/** How many levels there are, counted no further than to `limit`. */
function levelsIn(value: unknown, limit: number): number {
	if (typeof value !== "object" || value === null || limit === 0) return 0;
	const inner = Object.values(value).reduce<number>((most, part) => Math.max(most, levelsIn(part, limit - 1)), 0);
	return 1 + inner;
}
