import { describeError } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";
import type { InFlight, Work } from "./work.ts";

/** Keeps what cannot go on for a person to see. What cannot be kept either comes again with its message. */
export async function setAside<E extends InFlight>(
	work: Work<E>,
	{ quarantine, log, metrics }: Context,
): Promise<Work<E>> {
	if (work.quarantined.length === 0) return work;
	try {
		await quarantine.hold(
			work.quarantined.map(({ event, batchId, reason, violations }) => ({ event, batchId, reason, violations })),
		);
		metrics?.put({ EventsSetAside: work.quarantined.length });
		return work;
	} catch (error) {
		log.error("events could not be set aside", { events: work.quarantined.length, ...describeError(error) });
		const failed = new Set([...work.failed, ...work.quarantined.map(({ message }) => message)]);
		return { ...work, quarantined: [], failed };
	}
}
