import type { PassBeats } from "#domain/segment/ports.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";

/** How often a process says so at most. */
const EVERY_MS = 60_000;
const REPLAYED_MS = 24 * 60 * 60_000;

type Deps = { readonly beats?: PassBeats; readonly now: () => Date; readonly log: Log };

/** Says once a minute how long the event had waited that waited longest. That it cannot be said keeps nothing from going on. */
export function beatNowAndThen({ beats, now, log }: Deps): Context["beat"] {
	let saidAt = Number.NEGATIVE_INFINITY;
	return async (events) => {
		const at = now();
		// what comes again after a day is a replay: nobody has waited for it
		const received = events.flatMap(({ event: { receivedAt } }) =>
			at.getTime() - Date.parse(receivedAt) < REPLAYED_MS ? Date.parse(receivedAt) : [],
		);
		if (!beats || received.length === 0 || at.getTime() - saidAt < EVERY_MS) return;
		saidAt = at.getTime();
		const lagSeconds = Math.max(0, Math.round((at.getTime() - Math.min(...received)) / 1000));
		await beats
			.beat({ at: at.toISOString(), lagSeconds })
			.catch((error: unknown) => log.warn("the pass could not say how late it is", { ...describeError(error) }));
	};
}
