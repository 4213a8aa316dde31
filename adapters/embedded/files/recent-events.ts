import { randomUUID } from "node:crypto";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { BusEntry, Collected, RecentEvents } from "#domain/model/ports.ts";

const KEPT = 1000;

export type EmbeddedRecentEvents = RecentEvents & {
	/** Takes in what the bus published; only collected events are kept. Fits the bus's `tap`. */
	hear(entries: readonly BusEntry[]): void;
	/** Calls the listener, which must not throw, with each event as it comes. Answers how to stop that. */
	subscribe(listener: (event: SourcedEvent, cursor: string) => void): () => void;
};

/** The last thousand collected events, in memory: a live tail, gone with the process. */
export function recentEvents(): EmbeddedRecentEvents {
	// A cursor of another process says nothing here; it is taken as none.
	const process = randomUUID().slice(0, 8);
	const ring: { readonly event: SourcedEvent; readonly number: number }[] = [];
	const listeners = new Set<(event: SourcedEvent, cursor: string) => void>();
	let count = 0;
	const cursorAt = (number: number) => `${process}.${number}`;

	const keep = (event: SourcedEvent): void => {
		count += 1;
		ring.push({ event, number: count });
		if (ring.length > KEPT) ring.shift();
		for (const listener of listeners) listener(event, cursorAt(count));
	};

	return {
		hear(entries) {
			for (const { detailType, detail } of entries) {
				if (detailType !== "EventsCollected") continue;
				const { source, events } = detail as Collected; // what the collector publishes under this name
				for (const event of events) keep({ ...event, source });
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		async since(after, limit) {
			const [from, number] = after?.split(".") ?? [];
			const seen = from === process ? Number(number) : 0;
			const news = ring.filter((kept) => kept.number > seen).slice(-Math.max(1, limit));
			return { events: news.map(({ event }) => event).reverse(), cursor: cursorAt(count) };
		},
	};
}
