import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { type TickDeps, type Ticked, tickSegments as tick } from "#domain/segment/tick-segments.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";

/** A tick comes every minute; this leaves those whose turn it is ten seconds to be finished. */
const BUDGET_SECONDS = 50;

type Options = Omit<TickDeps, "budgetSeconds" | "pause" | "onFailed"> & {
	readonly log: Log;
	readonly metrics: Metrics;
	/** @default 50 */
	readonly budgetSeconds?: number;
	/** How long to wait before a refused write is tried again. @default a random while that grows with each attempt */
	readonly pause?: TickDeps["pause"];
};

/**
 * The scheduled function that lets people leave, and enter, segments when time has come. Mostly nobody is due: then it is one
 * read, one for each shard of the last minutes, and one write.
 * Metrics are put where there is something to say: nothing behind is no news.
 */
export function tickSegments({ log, metrics, budgetSeconds = BUDGET_SECONDS, ...options }: Options) {
	const deps: TickDeps = {
		pause: pauseWithJitter,
		...options,
		budgetSeconds,
		onFailed: (profileId, error) =>
			log.error("a profile could not be looked at when it was due", { profileId, ...describeError(error) }),
	};
	return middy<ScheduledEvent, Ticked>().handler(async () => {
		const ticked = await tick(deps);
		if (ticked.behindSeconds + ticked.failed > 0) {
			metrics.put({ TickBehindSeconds: ticked.behindSeconds, TickFailedLooks: ticked.failed });
		}
		if (ticked.looked > 0) log.info("looked at profiles that were due", { ...ticked });
		return ticked;
	});
}
