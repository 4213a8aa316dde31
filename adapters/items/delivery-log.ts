import type { DeliveryState, LoggedDelivery } from "#domain/activate/log-entry.ts";
import type { DeliveryLog } from "#domain/activate/ports.ts";
import { everyItem } from "./every-item.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

const KEPT_SECONDS = 30 * 24 * 60 * 60;
/** More is not contention: several copies of one message, of which each wants to write one line. */
const TRIES = 5;
const LISTED_AT_ONCE = 100;
/** A filter that few rows pass must not keep a reader waiting for all of them. */
const LISTINGS_A_PAGE = 10;

/**
 * The delivery log over the item store. A delivery is one row, and two that point at it: from its destination, newest
 * first, and from the event that caused it.
 */
export function itemDeliveryLog({ items, now }: { items: ItemStore; now: () => Date }): DeliveryLog {
	const ttl = () => Math.floor(now().getTime() / 1000) + KEPT_SECONDS;

	const readAll = async (ids: readonly string[]): Promise<Map<string, LoggedDelivery>> => {
		const found = await items.batchGet(ids.map((id) => keys.delivery(id)));
		return new Map(found.map((item) => [idOf(item.pk), logOf(item)]));
	};

	const openOne = async (log: LoggedDelivery): Promise<void> => {
		const { deliveryId, destinationId, createdAt, news } = log;
		const pointers = [
			keys.deliveryListing(destinationId, createdAt, deliveryId),
			...(news.messageId === undefined ? [] : [keys.deliveryOfMessage(news.messageId, deliveryId)]),
		];
		// The row comes last: while it is not there, the delivery counts as not routed, and all of this is done again.
		await Promise.all(pointers.map((key) => items.put({ ...key, ttl: ttl() })));
		await items.put(itemOf(log, 1, ttl()), { absent: true });
	};

	return {
		async known(ids) {
			return new Set((await readAll(ids)).keys());
		},

		async open(deliveries) {
			await Promise.all(deliveries.map(openOne));
		},

		async read(deliveryId) {
			const item = await items.get(keys.delivery(deliveryId));
			return item && logOf(item);
		},

		async change(fresh, change) {
			for (let tried = 0; tried < TRIES; tried++) {
				const item = await items.get(keys.delivery(fresh.deliveryId));
				const version = Number(item?.version ?? 0);
				const next = itemOf(change(item ? logOf(item) : fresh), version + 1, ttl());
				const { kind } = await items.put(next, version === 0 ? { absent: true } : { equals: { version } });
				if (kind === "written") return;
			}
			throw new Error(`the log of a delivery was changed by others ${TRIES} times`);
		},

		async list({ destinationId, state, limit, cursor: from }) {
			const deliveries: LoggedDelivery[] = [];
			let cursor: string | undefined;
			for await (const page of newestFirst(items, destinationId, from)) {
				const logs = await readAll(page.places.map(idOf));
				const found = page.places.filter((place) => isWanted(logs.get(idOf(place)), state));
				const taken = found.slice(0, limit - deliveries.length);
				deliveries.push(...taken.flatMap((place) => logs.get(idOf(place)) ?? []));
				cursor = deliveries.length < limit ? page.last : taken.at(-1);
				if (deliveries.length >= limit) break;
			}
			return cursor === undefined ? { deliveries } : { deliveries, cursor };
		},

		async ofMessage(messageId) {
			const { pk } = keys.deliveryOfMessage(messageId, "");
			const ids: string[] = [];
			for await (const { sk } of everyItem(items, { pk })) ids.push(idOf(sk));
			const logs = await readAll(ids);
			return ids.flatMap((id) => logs.get(id) ?? []);
		},
	};
}

const isWanted = (log: LoggedDelivery | undefined, state: DeliveryState | undefined): boolean =>
	log !== undefined && (state === undefined || log.state === state);

/** A destination's listings from a place on, page by page; `last` is where to go on, absent when there is no more. */
async function* newestFirst(items: ItemStore, destinationId: string, from: string | undefined) {
	const { pk } = keys.deliveryListing(destinationId, "", "");
	let last = from;
	for (let page = 0; page < LISTINGS_A_PAGE; page++) {
		const to = last === undefined ? {} : { to: last };
		const listed = await items.query({ pk, reverse: true, limit: LISTED_AT_ONCE, ...to });
		const places = listed.items.map(({ sk }) => sk).filter((sk) => sk !== last);
		last = listed.cursor === undefined ? undefined : places.at(-1);
		yield { places, last };
		if (last === undefined) return;
	}
}

/** The delivery's id out of any of its three keys: what follows the `#`. */
const idOf = (key: string): string => key.slice(key.indexOf("#") + 1);

const itemOf = ({ deliveryId, ...log }: LoggedDelivery, version: number, ttl: number): Item => ({
	...keys.delivery(deliveryId),
	...log,
	version,
	ttl,
});

/** A row as it was written by `itemOf`. */
function logOf({ pk, sk: _sk, ttl: _ttl, version: _version, ...log }: Item): LoggedDelivery {
	return { deliveryId: idOf(pk), ...(log as unknown as Omit<LoggedDelivery, "deliveryId">) };
}
