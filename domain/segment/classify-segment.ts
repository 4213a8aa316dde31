import type { Asked } from "./asked.ts";
import type { SegmentClass } from "./compiled.ts";
import { describe } from "./describe-condition.ts";

type AskedLeaf = Extract<Asked, { kind: "leaf" }>;

/** How soon a segment follows what happens, and the condition that makes it so. */
export function classify(asked: Asked): SegmentClass {
	const leaves = leavesOf(asked);
	const account = leaves.find(({ node }) => node.kind === "account");
	if (account) {
		return {
			kind: "batch",
			why: `other people decide this: ${describe(account.node)}; the scheduled run computes it`,
		};
	}
	const timed = leaves.find(({ isTimed }) => isTimed);
	if (timed) return { kind: "tick", why: `time alone can change this: ${describe(timed.node)}` };
	return { kind: "stream", why: "only what happens changes it, and it follows with each event" };
}

const leavesOf = (asked: Asked): readonly AskedLeaf[] =>
	asked.kind === "leaf" ? [asked] : asked.parts.flatMap(leavesOf);
