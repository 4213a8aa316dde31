import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { type SweepDeps, type Swept, sweepIdentities } from "#domain/unify/sweep-identities.ts";
import type { Log } from "#functions/shared/log.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { type ResolveDeps, resolvePeople } from "./resolve-people.ts";

/** Firehose keeps records for at most 15 minutes before they are in the archive. */
const SETTLED_SECONDS = 20 * 60;
/** Definitions are kept in memory for 5 seconds. */
const KNOWN_AFTER_SECONDS = 10;
/** Lambda ends an invocation after 15 minutes; a query and some last identifiers come after this. */
const BUDGET_SECONDS = 10 * 60;
/** Some megabytes of answer. A query reads the whole archive, so rather few of them. */
const IDS_PER_SLICE = 100_000;

type Options = Omit<SweepDeps, "times" | "idsPerSlice" | "resolve"> &
	Omit<ResolveDeps, "pause"> & {
		readonly log: Log;
		/** Those that differ from what suits AWS. */
		readonly times?: Partial<SweepDeps["times"]>;
		/** @default 100,000 */
		readonly idsPerSlice?: number;
		/** How long to wait before a refused write is tried again. @default a random while that grows with each attempt */
		readonly pause?: ResolveDeps["pause"];
	};

/**
 * The scheduled function that brings everybody under changed identity rules. It may be called as often as one likes: mostly
 * it finds in two small reads that nothing has changed. It begins as soon as what came under the old rules is in the archive.
 */
export function resolveAgain({ log, times, idsPerSlice = IDS_PER_SLICE, ...options }: Options) {
	const deps = { pause: pauseWithJitter, ...options };
	return middy<ScheduledEvent, Swept>().handler(async () => {
		const swept = await sweepIdentities({
			...deps,
			idsPerSlice,
			times: {
				settledSeconds: SETTLED_SECONDS,
				knownAfterSeconds: KNOWN_AFTER_SECONDS,
				budgetSeconds: BUDGET_SECONDS,
				...times,
			},
			resolve: (seedIds) => resolvePeople(seedIds, deps),
		});
		if (swept.kind !== "idle") log.info("identities were resolved again", { ...swept });
		return swept;
	});
}
