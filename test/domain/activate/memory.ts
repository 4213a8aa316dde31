import type { LoggedDelivery } from "#domain/activate/log-entry.ts";
import type { DeliveryLog } from "#domain/activate/ports.ts";
import type { Queue, ReceivedMessage } from "#domain/model/ports.ts";

/** A queue in memory that shows what is in it. Received messages are hidden until they are released. */
export function memoryQueue() {
	let next = 1;
	const messages: { message: ReceivedMessage; delaySeconds: number; held: boolean }[] = [];
	const find = ({ receipt }: ReceivedMessage) => messages.find(({ message }) => message.receipt === receipt);
	const queue: Queue = {
		send: async (sent) => {
			for (const { body, delaySeconds = 0 } of sent) {
				const id = String(next++);
				const message = { messageId: id, receipt: id, body, receiveCount: 1, sentAt: "2026-03-01T10:00:00.000Z" };
				messages.push({ message, delaySeconds, held: false });
			}
		},
		receive: async (max) => {
			const taken = messages.filter(({ held }) => !held).slice(0, max);
			for (const entry of taken) entry.held = true;
			return taken.map(({ message }) => message);
		},
		delete: async (done) => {
			for (const message of done) messages.splice(messages.indexOf(find(message) as never), 1);
		},
		release: async (given) => {
			for (const message of given) Object.assign(find(message) ?? {}, { held: false });
		},
		depth: async () => ({ waiting: messages.length, inFlight: messages.filter(({ held }) => held).length }),
	};
	const bodies = () => messages.map(({ message }) => JSON.parse(message.body));
	return { queue, bodies, delays: () => messages.map(({ delaySeconds }) => delaySeconds) };
}

/** A delivery log in memory. */
export function memoryLog() {
	const rows = new Map<string, LoggedDelivery>();
	const log: DeliveryLog = {
		known: async (ids) => new Set(ids.filter((id) => rows.has(id))),
		open: async (deliveries) => {
			for (const row of deliveries) if (!rows.has(row.deliveryId)) rows.set(row.deliveryId, row);
		},
		read: async (id) => rows.get(id),
		change: async (fresh, change) => {
			rows.set(fresh.deliveryId, change(rows.get(fresh.deliveryId) ?? fresh));
		},
		list: async ({ destinationId }) => ({
			deliveries: [...rows.values()].filter((row) => row.destinationId === destinationId),
		}),
		ofMessage: async (messageId) => [...rows.values()].filter(({ news }) => news.messageId === messageId),
	};
	return { log, rows };
}
