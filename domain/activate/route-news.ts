import type { Destination } from "#contracts/definitions/destination.ts";
import type { Queue } from "#domain/model/ports.ts";
import type { News } from "./delivery.ts";
import type { Hash } from "./delivery-id.ts";
import { waiting } from "./log-entry.ts";
import type { DeliveryLog } from "./ports.ts";
import { route } from "./route.ts";

export type RouteDeps = {
	readonly definitions: readonly Destination[];
	readonly deliveries: Queue;
	readonly deliveryLog: DeliveryLog;
	readonly hash: Hash;
	readonly now: Date;
};

/**
 * Puts the deliveries that news makes on their queue, and answers how many. What the log knows is on its way already;
 * it is entered after it was sent, so that a crash in between sends it twice rather than never: whoever delivers
 * looks into the log as well.
 */
export async function routeNews(news: readonly News[], deps: RouteDeps): Promise<number> {
	const deliveries = new Map(route(news, deps.definitions, deps).map((delivery) => [delivery.deliveryId, delivery]));
	if (deliveries.size === 0) return 0;
	const known = await deps.deliveryLog.known([...deliveries.keys()]);
	const fresh = [...deliveries.values()].filter(({ deliveryId }) => !known.has(deliveryId));
	await deps.deliveries.send(fresh.map((delivery) => ({ body: JSON.stringify(delivery) })));
	await deps.deliveryLog.open(fresh.map(waiting));
	return fresh.length;
}
