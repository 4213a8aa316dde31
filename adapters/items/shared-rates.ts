import { WINDOW_SECONDS } from "#domain/collect/share-rate.ts";
import type { SharedRates } from "#domain/collect/shared-rates.ts";
import type { Item, ItemStore } from "./item-store.ts";
import { keys } from "./keys.ts";

/** Nobody asks for a window later than this many windows on. */
const KEPT_WINDOWS = 12;

/** The counts over the item store: one item a source and window, which everybody adds to and nobody reads for long. */
export const itemSharedRates = ({ items }: { readonly items: ItemStore }): SharedRates => ({
	async tell(source, { window, requests }) {
		const [now, before] = [keys.rate(source, window), keys.rate(source, window - 1)];
		const ttl = (window + KEPT_WINDOWS) * WINDOW_SECONDS;
		await items.update(now, { add: { requests }, set: { ttl } });
		const found = await items.batchGet([now, before]);
		const of = ({ sk }: { readonly sk: string }) => requestsOf(found.find((item) => item.sk === sk));
		return { now: of(now), before: of(before) };
	},
});

const requestsOf = (item: Item | undefined): number => (typeof item?.requests === "number" ? item.requests : 0);
