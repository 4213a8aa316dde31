import { deliveriesQuery, redriveRequest } from "#contracts/http/deliveries.ts";
import type { DeliveryLog } from "#domain/activate/ports.ts";
import { redriveDeliveries } from "#domain/activate/redrive.ts";
import type { Queue } from "#domain/model/ports.ts";
import { ok } from "./answer.ts";
import { type Route, route } from "./route.ts";

export type DeliveryDeps = {
	readonly deliveryLog: DeliveryLog;
	readonly deliveries: Queue;
	readonly deadLetters: Queue;
	readonly now: () => Date;
};

export const deliveryRoutes = (deps: DeliveryDeps): Route[] => [
	route("GET /v1/deliveries", {
		query: deliveriesQuery,
		run: async ({ query: { destination, messageId = "", state, limit, cursor } }) => {
			if (destination === undefined) return ok({ deliveries: await deps.deliveryLog.ofMessage(messageId) });
			const found = await deps.deliveryLog.list({
				destinationId: destination,
				limit,
				...(state && { state }),
				...(cursor !== undefined && { cursor }),
			});
			return ok(found);
		},
	}),
	route("POST /v1/deliveries/redrive", {
		body: redriveRequest,
		run: async ({ body: { destination, limit } }) =>
			ok(await redriveDeliveries({ limit, ...(destination !== undefined && { destinationId: destination }) }, deps)),
	}),
];
