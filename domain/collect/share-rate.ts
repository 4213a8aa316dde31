import type { Source } from "#contracts/definitions/source.ts";
import type { Asked } from "./shared-rates.ts";

/** How long requests are counted together: the shorter, the sooner too much is noticed, and the more it costs to know. */
export const WINDOW_SECONDS = 5;
/**
 * A process that was asked less than this part of what a source may send in a window tells nothing, so that a quiet source
 * costs nothing. So many copies of the collector (what `lib/settings.ts` sets aside) can let through twice the rate unnoticed.
 */
const UNNOTICED = 1 / 200;
/** A moment to tell again that is further off than any is: the clock went back. */
const NEVER_SO_FAR_MS = 60_000;

/** Which window a moment is in, counted from 1970. */
export const windowAt = (now: number): number => Math.floor(now / (WINDOW_SECONDS * 1000));

/** Whether a process has so much to tell of a window, and may tell again, that it should. */
export function isTimeToTell(
	untold: number,
	tellAgainAt: number,
	{ rate, now }: { rate: Source["rate"]; now: number },
) {
	if (untold < rate.perSecond * WINDOW_SECONDS * UNNOTICED) return false;
	return now >= tellAgainAt || tellAgainAt - now > NEVER_SO_FAR_MS;
}

/**
 * The share of a source's rate that a process has: all of it while all processes together are asked no more than the rate,
 * else as much as it is asked of all that is asked, so that together they let the rate through.
 */
export function shareOf(own: Asked, all: Asked, { rate, now }: { rate: Source["rate"]; now: number }): number {
	const seconds = WINDOW_SECONDS + now / 1000 - windowAt(now) * WINDOW_SECONDS;
	const asked = all.before + all.now;
	if (asked <= rate.perSecond * seconds) return 1;
	return Math.min(1, (own.before + own.now) / asked);
}

/** The rate that is a share of another. At least one request may come at once, or none ever could. */
export const shared = ({ perSecond, burst }: Source["rate"], share: number): Source["rate"] => ({
	perSecond: perSecond * share,
	burst: Math.max(1, burst * share),
});
