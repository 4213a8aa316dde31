import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import {
	type RecomputeDeps,
	type Recomputed,
	recomputeSegments as recompute,
} from "#domain/segment/recompute-segments.ts";
import { inForceCompiler } from "#functions/shared/in-force.ts";
import type { Log } from "#functions/shared/log.ts";
import { meteredSql } from "#functions/shared/metered-sql.ts";
import type { Metrics } from "#functions/shared/metrics.ts";

/** How often everybody is judged again although nothing was edited. */
const FULL_EVERY_SECONDS = 24 * 60 * 60;
/** Firehose keeps records for at most 15 minutes before they are in the archive. */
const SETTLED_SECONDS = 20 * 60;
/** Definitions are kept in memory for 5 seconds. */
const KNOWN_AFTER_SECONDS = 10;
/** Lambda ends an invocation after 15 minutes; a query and the last people come after this. */
const BUDGET_SECONDS = 10 * 60;

type Options = Omit<RecomputeDeps, "times" | "compile" | "onVolume" | "pause" | "wait"> & {
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly log: Log;
	readonly metrics: Metrics;
	/** Those that differ from what suits AWS. */
	readonly times?: Partial<RecomputeDeps["times"]>;
	/** Waits so many milliseconds. @default the clock's */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	/** From 0 up to 1. @default Math.random */
	readonly random?: () => number;
};

/**
 * The scheduled function that keeps segments true. It may be called as often as one likes: mostly it finds in three small
 * reads that nothing is due. Edits are taken up as soon as what came before them is in the archive.
 */
export function recomputeSegments({ vault, log, metrics, times, ...options }: Options) {
	const { sleep = sleepFor, random = Math.random, ...given } = options;
	const deps: RecomputeDeps = {
		...given,
		compile: inForceCompiler(vault),
		times: {
			fullEverySeconds: FULL_EVERY_SECONDS,
			settledSeconds: SETTLED_SECONDS,
			knownAfterSeconds: KNOWN_AFTER_SECONDS,
			budgetSeconds: BUDGET_SECONDS,
			...times,
		},
		pause: (attempt) => sleep(random() * 50 * 2 ** attempt),
		wait: (seconds) => sleep(seconds * 1000),
		onVolume: (segmentId, size, reasons) => {
			metrics.put({ SegmentVolumeAlarms: 1 });
			log.warn("a segment's size is not what its alarm expects", { segmentId, size, reasons });
		},
	};
	return middy<ScheduledEvent, Recomputed>().handler(async () => {
		const sql = meteredSql(deps.sql);
		try {
			const recomputed = await recompute({ ...deps, sql });
			const scannedBytes = sql.scannedBytes();
			if (recomputed.kind !== "idle") log.info("segments were recomputed", { ...recomputed, scannedBytes });
			return recomputed;
		} finally {
			// what failed is billed as well
			if (sql.scannedBytes() > 0) metrics.put({ RecomputeScannedBytes: sql.scannedBytes() });
		}
	});
}

const sleepFor = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
