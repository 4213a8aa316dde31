import type * as z from "zod";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { delivery as deliveryMessage } from "#contracts/queues/delivery.ts";
import { type DeliverDeps as AttemptDeps, type DeliveryEnd, deliver as deliverOne } from "#domain/activate/deliver.ts";
import type { Delivery } from "#domain/activate/delivery.ts";
import { endedEntries } from "#domain/activate/ended-entries.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { Bus } from "#domain/model/ports.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import { type Message, plainQueueConsumer } from "#functions/shared/queue-consumer.ts";
import type { Trace } from "#functions/shared/trace.ts";
import { countAttempts } from "./count-attempts.ts";

export type DeliverDeps = Omit<AttemptDeps, "definitions" | "hash"> & {
	readonly definitions: Definitions;
	readonly bus: Bus;
	readonly log: Log;
	/** @default nothing is counted */
	readonly metrics?: Metrics;
	/** @default nobody follows */
	readonly trace?: Trace;
};

type DeliveryMessage = z.infer<typeof deliveryMessage>;
type Tried = { readonly messageId: string; readonly end: DeliveryEnd };

/**
 * Makes one attempt for each message, all of a batch at once, and tells on the bus which deliveries came to an end. A
 * message whose news could not be told comes again, and is told then; nothing is sent twice for it.
 */
export function deliver({ definitions, bus, log, metrics, trace, ...deps }: DeliverDeps) {
	return plainQueueConsumer({
		body: deliveryMessage,
		log,
		...(trace && { trace }),
		eventIds: ({ news }) => [(news.kind === "event" ? news.event.messageId : news.messageId) ?? []].flat(),
		run: async (batch) => {
			const { destinations } = await definitions.current();
			const counted = countAttempts(deps.destinations);
			const attempt = { ...deps, destinations: counted.destinations, definitions: destinations, hash: sha256 };
			const failed: string[] = [];
			const tried: Tried[] = [];
			const tryOne = async ({ messageId, detail }: Message<DeliveryMessage>) => {
				try {
					// The schema says of its fields what the type does, though not which of them are JSON.
					tried.push({ messageId, end: await deliverOne(detail as Delivery, attempt) });
				} catch (error) {
					failed.push(messageId);
					log.error("a delivery could not be tried", { deliveryId: detail.deliveryId, ...describeError(error) });
				}
			};
			// Copies of one message wait for each other, so that the log can tell the second that it was done.
			const apart = Map.groupBy(batch, ({ detail }) => detail.deliveryId);
			await Promise.all(
				[...apart.values()].map(async (copies) => {
					for (const copy of copies) await tryOne(copy);
				}),
			);
			const untold = await tell(tried, bus, log);
			if (metrics) counted.putInto(metrics, tried.filter(isSetAside).length);
			return { failed: [...failed, ...untold] };
		},
	});
}

const isSetAside = ({ end }: Tried): boolean => end.kind === "ended" && end.log.state !== "delivered";

/** Answers the messages whose news the bus did not take. */
async function tell(tried: readonly Tried[], bus: Bus, log: Log): Promise<readonly string[]> {
	const ended = tried.flatMap(({ messageId, end }) => (end.kind === "ended" ? [{ messageId, log: end.log }] : []));
	if (ended.length === 0) return [];
	for (const { log: row } of ended.filter((each) => each.log.state !== "delivered")) {
		const { deliveryId, destinationId, state, reason } = row;
		log.warn("a delivery was set aside", { deliveryId, destinationId, state, reason });
	}
	try {
		await bus.publish(endedEntries(ended.map((each) => each.log)));
		return [];
	} catch (error) {
		log.error("the bus did not take the news of deliveries", { deliveries: ended.length, ...describeError(error) });
		return ended.map(({ messageId }) => messageId);
	}
}
