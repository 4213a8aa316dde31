import * as z from "zod";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { eventsProcessed } from "#contracts/bus/events-processed.ts";
import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import { newsOf } from "#domain/activate/news.ts";
import type { DeliveryLog } from "#domain/activate/ports.ts";
import { routeNews } from "#domain/activate/route-news.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { Queue } from "#domain/model/ports.ts";
import type { Log } from "#functions/shared/log.ts";
import { plainQueueConsumer } from "#functions/shared/queue-consumer.ts";
import type { Trace } from "#functions/shared/trace.ts";

/** The whole bus event: whether a segment was entered or exited stands in its detail-type alone. */
const busEvent = z.discriminatedUnion("detail-type", [
	z.object({ "detail-type": z.literal("EventsProcessed"), detail: eventsProcessed }),
	z.object({ "detail-type": z.enum(["SegmentEntered", "SegmentExited"]), detail: segmentChanged }),
]);
type BusEvent = z.infer<typeof busEvent>;

export type RouteDeliveriesDeps = {
	readonly definitions: Definitions;
	readonly deliveries: Queue;
	readonly deliveryLog: DeliveryLog;
	readonly now: () => Date;
	readonly log: Log;
	/** @default nobody follows */
	readonly trace?: Trace;
};

/**
 * Makes of what happened to profiles the deliveries that destinations ask for. Safe to run twice: a delivery is named by
 * its news, and one the log knows is not sent again.
 */
export function routeDeliveries({ definitions, now, log, trace, ...deps }: RouteDeliveriesDeps) {
	return plainQueueConsumer({
		body: busEvent,
		log,
		...(trace && { trace }),
		eventIds: idsIn,
		run: async (batch) => {
			const { destinations } = await definitions.current();
			const news = batch.flatMap(({ detail }) => newsOf(busNews(detail)));
			const routed = await routeNews(news, { ...deps, definitions: destinations, hash: sha256, now: now() });
			if (routed > 0) log.info("deliveries are on their way", { news: news.length, deliveries: routed });
			return { failed: [] };
		},
	});
}

const idsIn = (event: BusEvent): readonly string[] =>
	event["detail-type"] === "EventsProcessed"
		? event.detail.events.map(({ event: { messageId } }) => messageId)
		: [event.detail.cause.messageId ?? []].flat();

const busNews = (event: BusEvent) =>
	event["detail-type"] === "EventsProcessed"
		? { detailType: event["detail-type"], detail: event.detail }
		: { detailType: event["detail-type"], detail: event.detail };
