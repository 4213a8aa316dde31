import type { Failed } from "./verdict.ts";

/**
 * Ten tries within a day. The waits between them are drawn evenly from 0 to 30 s, 90 s, 4.5 min … 8 h ("full jitter":
 * tries of many deliveries spread instead of coming back all at once), so a destination may be down for half a day on
 * average before its deliveries wait for a person in the dead letters.
 */
export const RETRY = {
	attempts: 10,
	windowSeconds: 24 * 60 * 60,
	firstSeconds: 30,
	growth: 3,
	longestSeconds: 8 * 60 * 60,
} as const;

/** SQS delays a message no longer. */
export const LONGEST_DELAY_SECONDS = 900;

/** The attempt that has just failed. */
export type Trial = {
	/** From 1. */
	readonly attempt: number;
	/** Since the first attempt of the round was due. */
	readonly elapsedSeconds: number;
	/** Drawn from 0 (inclusive) to 1 (exclusive). */
	readonly random: number;
};

/** What becomes of a delivery whose attempt failed. `dead` and `paused` wait in the dead letters for a person. */
export type Next =
	| { readonly kind: "retry"; readonly afterSeconds: number }
	| { readonly kind: "set-aside"; readonly state: "dead" | "paused"; readonly reason: string };

/**
 * When to try again, if at all. A `Retry-After` is honoured with up to a tenth more, so that those who were told the
 * same do not come back together; one that leads out of the window ends the round at once.
 */
export function nextStep(failed: Failed, trial: Trial): Next {
	if (failed.kind === "unauthorised") return { kind: "set-aside", state: "paused", reason: failed.reason };
	if (failed.kind === "refused") return { kind: "set-aside", state: "dead", reason: failed.reason };
	const afterSeconds = Math.max(1, backoff(trial), honoured(failed.retryAfterSeconds ?? 0, trial.random));
	const isOver = trial.attempt >= RETRY.attempts || trial.elapsedSeconds + afterSeconds > RETRY.windowSeconds;
	return isOver
		? { kind: "set-aside", state: "dead", reason: `gave_up_after_${failed.reason}` }
		: { kind: "retry", afterSeconds };
}

function backoff({ attempt, random }: Trial): number {
	const longest = Math.min(RETRY.longestSeconds, RETRY.firstSeconds * RETRY.growth ** (attempt - 1));
	return Math.floor(random * (longest + 1));
}

const honoured = (seconds: number, random: number): number => seconds + Math.floor((random * seconds) / 10);
