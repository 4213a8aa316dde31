import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import {
	type RecomputeDeps,
	type Recomputed,
	recomputeSegments as recompute,
} from "#domain/segment/recompute-segments.ts";
import type { Log } from "#functions/shared/log.ts";

/** How often everybody is judged again although nothing was edited. */
const FULL_EVERY_SECONDS = 24 * 60 * 60;
/** Firehose keeps records for at most 15 minutes before they are in the archive. */
const SETTLED_SECONDS = 20 * 60;
/** Definitions are kept in memory for 5 seconds. */
const KNOWN_AFTER_SECONDS = 10;
/** Lambda ends an invocation after 15 minutes; a query and a slice's last people come after this. */
const BUDGET_SECONDS = 10 * 60;
/** Some megabytes of answer, and some seconds of work between two looks at the clock. */
const PEOPLE_PER_SLICE = 20_000;

type Options = Omit<RecomputeDeps, "times" | "peoplePerSlice" | "pause" | "wait"> & {
	readonly log: Log;
	/** Those that differ from what suits AWS. */
	readonly times?: Partial<RecomputeDeps["times"]>;
	/** @default 20,000 */
	readonly peoplePerSlice?: number;
	/** Waits so many milliseconds. @default the clock's */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	/** From 0 up to 1. @default Math.random */
	readonly random?: () => number;
};

/**
 * The scheduled function that keeps segments true. It may be called as often as one likes: mostly it finds in three small
 * reads that nothing is due. Edits are taken up as soon as what came before them is in the archive.
 */
export function recomputeSegments({ log, times, peoplePerSlice = PEOPLE_PER_SLICE, ...options }: Options) {
	const { sleep = sleepFor, random = Math.random, ...deps } = options;
	return middy<ScheduledEvent, Recomputed>().handler(async () => {
		const recomputed = await recompute({
			...deps,
			peoplePerSlice,
			times: {
				fullEverySeconds: FULL_EVERY_SECONDS,
				settledSeconds: SETTLED_SECONDS,
				knownAfterSeconds: KNOWN_AFTER_SECONDS,
				budgetSeconds: BUDGET_SECONDS,
				...times,
			},
			pause: (attempt) => sleep(random() * 50 * 2 ** attempt),
			wait: (seconds) => sleep(seconds * 1000),
		});
		if (recomputed.kind !== "idle") log.info("segments were recomputed", { ...recomputed });
		return recomputed;
	});
}

const sleepFor = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
