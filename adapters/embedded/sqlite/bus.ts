import { randomUUID } from "node:crypto";
import type { BusPattern } from "#contracts/bus/catalogue.ts";
import { type Bus, type BusEntry, BusRefused } from "#domain/model/ports.ts";
import type { Database } from "./database.ts";
import { matcherOf } from "./match-pattern.ts";
import type { EmbeddedQueue } from "./queue.ts";

/** PutEvents takes 256 KB; EventBridge counts an entry's texts in UTF-8 and 14 bytes for its time. */
const MOST_BYTES = 256 * 1024;
const TIME_BYTES = 14;

/** A rule and the queue it feeds. */
export type BusTarget = { readonly pattern: BusPattern; readonly queue: EmbeddedQueue };

export type EmbeddedBus = Bus & {
	/** Calls the listener, which must not throw, with what was published, just after it was. Answers how to stop that. */
	tap(listener: (entries: readonly BusEntry[]) => void): () => void;
};

/**
 * A bus whose rules feed SQLite queues of the same database: all entries of a `publish` reach all of their queues in one
 * transaction, in the shape EventBridge gives to SQS. Throws `BusRefused` for an entry EventBridge would not take.
 */
export function sqliteBus(deps: { database: Database; targets: readonly BusTarget[]; now: () => Date }): EmbeddedBus {
	const targets = deps.targets.map(({ pattern, queue }) => ({ matches: matcherOf(pattern), queue }));
	const listeners = new Set<(entries: readonly BusEntry[]) => void>();

	return {
		tap(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},

		async publish(entries) {
			if (entries.length === 0) return;
			const events = entries.map((entry) => ({ entry, body: eventBridgeEvent(entry, deps.now()) }));
			const reached = targets
				.map(({ matches, queue }) => ({ queue, messages: events.filter(({ entry }) => matches(entry)) }))
				.filter(({ messages }) => messages.length > 0);
			if (reached.length > 0) {
				await deps.database.together(() => {
					for (const { queue, messages } of reached) queue.add(messages);
				});
			}
			for (const { queue } of reached) queue.announce();
			for (const listener of listeners) listener(entries);
		},
	};
}

/** The event as EventBridge hands it to a target, as JSON. Its `time` has whole seconds. */
function eventBridgeEvent({ source, detailType, detail }: BusEntry, now: Date): string {
	const text = JSON.stringify(detail);
	if (Buffer.byteLength(source + detailType + text) + TIME_BYTES > MOST_BYTES) {
		throw new BusRefused(1, 1, ["EntryTooLarge"]);
	}
	const envelope = {
		version: "0",
		id: randomUUID(),
		"detail-type": detailType,
		source,
		account: "000000000000",
		time: `${now.toISOString().slice(0, 19)}Z`,
		region: "local",
		resources: [],
	};
	return `${JSON.stringify(envelope).slice(0, -1)},"detail":${text}}`;
}
