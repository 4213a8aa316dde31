import type { BusEntry } from "#domain/model/ports.ts";
import type { Write } from "./item-store.ts";
import { keys } from "./keys.ts";

const KEPT_SECONDS = 24 * 60 * 60;

/**
 * The write that puts an entry on the bus once the transaction it stands in has happened: the change feed publishes it.
 * `id` names the entry for ever (a transition, a merge), so a repeated transaction cannot tell its news twice.
 */
export function outboxWrite(id: string, entry: BusEntry, now: Date): Write {
	return {
		kind: "put",
		item: {
			...keys.outbox(id),
			entry: JSON.stringify(entry),
			ttl: Math.floor(now.getTime() / 1000) + KEPT_SECONDS,
		},
	};
}

/** What the change feed reads back out of an outbox row. */
export const outboxEntry = (item: { readonly entry: string }): BusEntry => JSON.parse(item.entry) as BusEntry;
