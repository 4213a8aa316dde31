import type { EventLeaf } from "#contracts/definitions/condition.ts";
import { durationMs } from "#contracts/definitions/duration.ts";
import { bucketFor } from "./measures/measure-spec.ts";

/** The stretches that a condition on events goes by, ms (0: all time is one), and how far back it looks, ms. */
export type Stretch = { readonly bucketMs: number; readonly reachMs: number };

/** Each part of a habit goes by the same stretches, by its shortest time: so all of them share what is kept. */
export function stretchOf({ within, between, stopped, restarted, regularly }: EventLeaf): Stretch {
	if (stopped) return back(stopped.silent, minus(stopped.active, stopped.silent));
	if (restarted) return back(restarted.recent, restarted.silent, restarted.active);
	if (between) return back(between.to, minus(between.from, between.to));
	if (regularly) {
		const ms = durationMs(regularly.period);
		return { bucketMs: bucketFor(ms), reachMs: regularly.of * ms };
	}
	return within === undefined ? { bucketMs: 0, reachMs: 0 } : back(within);
}

/** Times that follow one another, from now into the past. */
function back(...times: readonly (string | number)[]): Stretch {
	const lengths = times.map((time) => (typeof time === "string" ? durationMs(time) : time));
	return { bucketMs: bucketFor(Math.min(...lengths)), reachMs: lengths.reduce((sum, length) => sum + length, 0) };
}

const minus = (longer: string, shorter: string): number => durationMs(longer) - durationMs(shorter);
