import type { EventQuarantined } from "#contracts/bus/event-quarantined.ts";
import type { ViolationFound } from "#contracts/bus/violation-found.ts";
import { describeError } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";
import { packEntries } from "./pack-entries.ts";
import { processedEvents } from "./processed-events.ts";
import type { Broken, Placed, Segmented, SetAside, Work } from "./work.ts";

/**
 * Tells the bus what was set aside, what broke its tracking plan, and the events that destinations ask for: many in one
 * entry. If the bus does not take it all, the messages that any of it came with come again.
 */
export async function tell(work: Work<Segmented>, context: Context): Promise<Work<Segmented>> {
	const processed = await processedEvents(work.events, context);
	const entries = [
		...packEntries("EventQuarantined", work.quarantined, { list: "events", items: (one) => [quarantined(one)] }),
		...packEntries("ViolationFound", work.broken, { list: "violations", items: violations, beside: planOf }),
		...packEntries("EventsProcessed", processed, { list: "events", items: ({ says }) => [says], beside: namesOf }),
	];
	if (entries.length === 0) return work;
	try {
		await context.bus.publish(entries);
		return work;
	} catch (error) {
		context.log.error("the bus did not take everything", { entries: entries.length, ...describeError(error) });
		const told = [...work.quarantined, ...work.broken, ...processed];
		return { ...work, failed: new Set([...work.failed, ...told.map(({ message }) => message)]) };
	}
}

const named = (name: string | undefined) => (name === undefined ? {} : { event: name });

function quarantined({
	event: { messageId, type, event, receivedAt },
	reason,
}: SetAside): EventQuarantined["events"][0] {
	return { messageId, type, ...named(event), reason, receivedAt };
}

const violations = ({ event: { messageId, event }, violations: all }: Broken): ViolationFound["violations"] =>
	all.map((violation) => ({ messageId, ...named(event), ...violation }));

const planOf = ([first]: readonly Broken[]) =>
	first?.trackingPlanId === undefined ? {} : { trackingPlanId: first.trackingPlanId };

const namesOf = (told: readonly Placed[]) => ({
	names: [...new Set(told.flatMap(({ event: { event } }) => event ?? []))],
});
