import type { MeasureState } from "#domain/model/profile.ts";
import type { AskedLeaf } from "./asked.ts";
import type { LeafNode } from "./condition-tree.ts";
import { NEVER } from "./spans.ts";

type RegularlyNode = Extract<LeafNode, { kind: "regularly" }>;

/** Moments that are looked at before the next one is taken unseen: somebody who looks too early looks again. */
const MAX_AHEAD = 100;

/** A stretch of time: its end, and how many events it has. */
type Stretch = { readonly end: number; readonly n: number };

/** In how many of the last periods something happened often enough. */
export function askRegularly(node: RegularlyNode, key: string): AskedLeaf {
	const countAt = (stretches: readonly Stretch[], now: number) => periodsWith(stretches, now, node);
	const isMet = (stretches: readonly Stretch[], now: number) => countAt(stretches, now) >= node.periods;
	const stretchesOf = (state: MeasureState | undefined) => read(state?.[key], node.measure.bucketMs);
	return {
		test: ({ measures }, now) => isMet(stretchesOf(measures), now),
		nextChange: ({ measures }, now) => {
			const stretches = stretchesOf(measures);
			const before = isMet(stretches, now);
			let moment = nextMove(stretches, now, node);
			for (let i = 0; i < MAX_AHEAD && moment !== NEVER && isMet(stretches, moment) === before; i++) {
				moment = nextMove(stretches, moment, node);
			}
			return moment;
		},
		isTimed: true,
		values: ({ measures }, now) => ({ periods: countAt(stretchesOf(measures), now), of: node.of }),
	};
}

const read = (state: MeasureState[string] | undefined, bucketMs: number): readonly Stretch[] =>
	Object.entries(state ?? {}).map(([k, { n = 0 }]) => ({ end: (Number(k) + 1) * bucketMs, n }));

/** A stretch moves from one period to the one before each time a period has passed since its end. */
const periodOf = ({ end }: Stretch, now: number, { periodMs }: RegularlyNode): number =>
	Math.max(0, Math.floor((now - end) / periodMs));

function periodsWith(stretches: readonly Stretch[], now: number, node: RegularlyNode): number {
	const counts = new Map<number, number>();
	for (const stretch of stretches) {
		const period = periodOf(stretch, now, node);
		if (period < node.of) counts.set(period, (counts.get(period) ?? 0) + stretch.n);
	}
	return [...counts.values()].filter((count) => count >= node.atLeast).length;
}

/** When the next stretch moves on to another period. */
function nextMove(stretches: readonly Stretch[], now: number, node: RegularlyNode): number {
	const moves = stretches.flatMap((stretch) => {
		const period = periodOf(stretch, now, node);
		return period < node.of ? [stretch.end + (period + 1) * node.periodMs] : [];
	});
	return moves.reduce((first, move) => Math.min(first, move), NEVER);
}
