import type { Quarantine, QuarantinedEvent } from "#domain/validate/ports.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/** As many as a store's connections carry at once without waiting for each other. */
const AT_ONCE = 32;

type QuarantineItem = Item & { readonly held: QuarantinedEvent };

/** The quarantine in the item store: an item each, under the day the event was received, so a second hold changes nothing. */
export function itemQuarantine({ items }: { readonly items: ItemStore }): Quarantine {
	return {
		async hold(events) {
			for (let from = 0; from < events.length; from += AT_ONCE) {
				await Promise.all(events.slice(from, from + AT_ONCE).map((held) => items.put(itemOf(held), { absent: true })));
			}
		},
		async list(day, page = {}) {
			const { pk } = keys.quarantined(day, "", "");
			const { items: found, ...more } = await items.query({ pk, reverse: true, ...page });
			return { events: found.map((item) => (item as QuarantineItem).held), ...more };
		},
	};
}

function itemOf(held: QuarantinedEvent): QuarantineItem {
	const { receivedAt, messageId } = held.event;
	return { ...keys.quarantined(receivedAt.slice(0, 10), receivedAt, messageId), held };
}
