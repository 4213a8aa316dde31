import type { Destination } from "#contracts/definitions/destination.ts";
import { type DeliverDeps, deliver } from "#domain/activate/deliver.ts";
import type { Delivery } from "#domain/activate/delivery.ts";
import type { Order } from "#domain/activate/ports.ts";
import type { Failed, Verdict } from "#domain/activate/verdict.ts";
import { AT, aDestination, changeNews, deliveryOf, hash } from "./examples.ts";
import { memoryLog, memoryQueue } from "./memory.ts";

export const CRM = aDestination();
export const DELIVERY = deliveryOf(changeNews(), CRM);
export const DELIVERED: Verdict = { kind: "delivered", status: 204 };
export const BUSY: Failed = { kind: "retry", reason: "http_503", status: 503 };

/** A stage with one destination that answers as told, a clock that can be moved, and draws in the middle. */
export function stage(verdict: Verdict = DELIVERED, definitions: readonly Destination[] = [CRM]) {
	const [deliveries, deadLetters, { log, rows }] = [memoryQueue(), memoryQueue(), memoryLog()];
	const orders: Order[] = [];
	const state = { verdict, now: new Date(AT), definitions };
	const deps = (): DeliverDeps => ({
		definitions: state.definitions,
		destinations: {
			send: async (_type, order) => {
				orders.push(order);
				return state.verdict;
			},
		},
		deliveries: deliveries.queue,
		deadLetters: deadLetters.queue,
		deliveryLog: log,
		secrets: { read: async (name) => ({ crm: "whsec_crm", vault: "never" })[name] },
		hash,
		now: () => state.now,
		random: () => 0.5,
	});
	const run = (delivery: Delivery) => deliver(delivery, deps());
	const row = () => rows.get(DELIVERY.deliveryId);
	return { state, run, deps, orders, deliveries, deadLetters, rows, row };
}
