import * as z from "zod";
import type { BusEntry } from "#domain/model/ports.ts";
import type { Transition, TransitionCounts } from "#domain/segment/transition-counts.ts";
import { describeError, type Log } from "#functions/shared/log.ts";

const KINDS: ReadonlyMap<string, Transition["kind"]> = new Map([
	["SegmentEntered", "entered"],
	["SegmentExited", "exited"],
]);
const changed = z.object({ transitionId: z.string(), segmentId: z.string(), at: z.string() });

type Deps = { readonly transitions?: Pick<TransitionCounts, "count">; readonly log: Log };

/**
 * Counts who entered and exited what, of news that were just published. A count that fails holds up no news: those of the batch
 * are missing in the history then, which the log tells.
 */
export async function countTransitions(published: readonly BusEntry[], { transitions, log }: Deps): Promise<void> {
	const found = published.flatMap(transitionIn);
	if (found.length === 0 || transitions === undefined) return;
	try {
		await transitions.count(found);
	} catch (error) {
		log.error("who entered and exited segments could not be counted", { of: found.length, ...describeError(error) });
	}
}

function transitionIn({ detailType, detail }: BusEntry): Transition[] {
	const [kind, read] = [KINDS.get(detailType), changed.safeParse(detail)];
	if (kind === undefined || !read.success) return [];
	const { transitionId: id, segmentId, at } = read.data;
	return [{ id, segmentId, kind, at }];
}
