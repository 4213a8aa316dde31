import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { InForce } from "#domain/segment/plan-recompute.ts";
import type { RebuildDeps } from "#domain/segment/rebuild-fragments.ts";
import {
	type ReconcileDeps,
	type Reconciled,
	reconcileSegments as reconcile,
} from "#domain/segment/reconcile-segments.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { traitCompiler } from "#domain/unify/trait-rules.ts";
import { inForceCompiler } from "#functions/shared/in-force.ts";
import type { Log } from "#functions/shared/log.ts";
import { meteredSql } from "#functions/shared/metered-sql.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";

/** Two o'clock at night where UTC is near; elsewhere as good as any other. */
const AT_HOUR = 2;
/** Firehose keeps records for at most 15 minutes; a queue that is further behind than this wakes somebody. */
const SETTLED_SECONDS = 60 * 60;
/** Lambda ends an invocation after 15 minutes; a query and the last people come after this. */
const BUDGET_SECONDS = 10 * 60;

type Options = Omit<ReconcileDeps, "times" | "compile" | "foldAnew" | "pause"> & {
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly log: Log;
	readonly metrics: Metrics;
	/** Those that differ from what suits AWS. */
	readonly times?: Partial<ReconcileDeps["times"]>;
	/** How long to wait before a refused write is tried again. @default a random while that grows with each attempt */
	readonly pause?: ReconcileDeps["pause"];
};

/**
 * The scheduled function that proves, every night, that memberships are what the archive says, and puts right what is not.
 * It may be called as often as one likes: mostly it finds in two small reads that nothing is due.
 */
export function reconcileSegments({ vault, log, metrics, times, ...options }: Options) {
	const deps: ReconcileDeps = {
		pause: pauseWithJitter,
		...options,
		compile: inForceCompiler(vault),
		foldAnew: folderOf(options.now),
		times: { atHour: AT_HOUR, settledSeconds: SETTLED_SECONDS, budgetSeconds: BUDGET_SECONDS, ...times },
	};
	return middy<ScheduledEvent, Reconciled>().handler(async () => {
		const sql = meteredSql(deps.sql);
		try {
			const reconciled = await reconcile({ ...deps, sql });
			if (reconciled.kind === "done") {
				const { rebuilt, repaired } = reconciled;
				metrics.put({ ReconciledFragments: rebuilt, ReconciledMemberships: repaired });
			}
			const scannedBytes = sql.scannedBytes();
			if (reconciled.kind !== "idle")
				log.info("what is kept was compared with the archive", { ...reconciled, scannedBytes });
			return reconciled;
		} finally {
			// what failed is billed as well
			if (sql.scannedBytes() > 0) metrics.put({ ReconcileScannedBytes: sql.scannedBytes() });
		}
	});
}

/** Folds archived events by definitions: held to them and spelled as the pass does it, none taken for late. */
function folderOf(now: () => Date): (inForce: InForce) => RebuildDeps["foldAnew"] {
	const compileTraits = traitCompiler(sha256);
	return ({ workspace, book, admit }) => {
		const rules = compileTraits(workspace);
		return (seedId, made, events) =>
			foldEvents(
				made ?? emptyFragment(seedId),
				events.flatMap((event) => admit(event) ?? []),
				{ book, rules, hashOf: messageHash, now: now(), anew: true },
			);
	};
}
