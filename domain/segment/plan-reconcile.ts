import type { ReconcileRun } from "./ports.ts";

export type ReconcileTimes = {
	/** At which hour of the day (UTC) the nightly one begins. */
	readonly atHour: number;
	/** After this time whatever was received is in the archive, and whatever is in the archive was folded. */
	readonly settledSeconds: number;
	/** How long one invocation may work. */
	readonly budgetSeconds: number;
};

type Situation = { readonly last: ReconcileRun | undefined; readonly askedAt: string | undefined; readonly now: Date };

const HOUR_MS = 60 * 60 * 1000;
/** A lease ends some time after the work must have stopped: whoever holds it may be slow to write that down. */
const LEASE_MARGIN_SECONDS = 120;

/**
 * The comparison to take part in: the one that was left, or a new one once its hour has come since the last, or somebody asked
 * for one since. At the very first look there is nothing to compare: it is over at once, and the next night counts from it. Undefined when there is nothing to do or somebody else is at it.
 */
export function planReconcile({ last, askedAt, now }: Situation, times: ReconcileTimes): ReconcileRun | undefined {
	const leasedUntil = new Date(now.getTime() + (times.budgetSeconds + LEASE_MARGIN_SECONDS) * 1000).toISOString();
	if (last && last.phase !== "over") {
		return last.leasedUntil > now.toISOString() ? undefined : { ...last, version: last.version + 1, leasedUntil };
	}
	const isAsked = askedAt !== undefined && (!last || askedAt > last.startedAt);
	const isNight = last !== undefined && last.startedAt < latestHour(now, times);
	if (last && !isAsked && !isNight) return undefined;
	return {
		version: (last?.version ?? 0) + 1,
		startedAt: now.toISOString(),
		before: new Date(Math.floor((now.getTime() - times.settledSeconds * 1000) / HOUR_MS) * HOUR_MS).toISOString(),
		phase: last || isAsked ? "fragments" : "over",
		rebuilt: 0,
		repaired: {},
		leasedUntil,
	};
}

/** When the hour of the nightly one was last. */
function latestHour(now: Date, { atHour }: ReconcileTimes): string {
	const day = 24 * HOUR_MS;
	const offset = atHour * HOUR_MS;
	return new Date(Math.floor((now.getTime() - offset) / day) * day + offset).toISOString();
}
