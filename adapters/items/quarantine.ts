import type { Quarantine, QuarantinedEvent } from "#domain/validate/ports.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

type QuarantineItem = Item & { readonly held: QuarantinedEvent };

/** The quarantine in the item store: an item each, under the day the event was received, so a second hold changes nothing. */
export function itemQuarantine({ items }: { readonly items: ItemStore }): Quarantine {
	return {
		async hold(events) {
			await Promise.all(
				events.map((held) => {
					const { receivedAt, messageId } = held.event;
					const key = keys.quarantined(receivedAt.slice(0, 10), receivedAt, messageId);
					return items.put({ ...key, held }, { absent: true });
				}),
			);
		},
		async list(day, page = {}) {
			const { pk } = keys.quarantined(day, "", "");
			const { items: found, ...more } = await items.query({ pk, reverse: true, ...page });
			return { events: found.map((item) => (item as QuarantineItem).held), ...more };
		},
	};
}
