import type { Reach } from "#adapters/http/addresses.ts";
import { DEFAULT_LIMITS, type HttpLimits, httpClient } from "#adapters/http/http-client.ts";
import { WEBHOOK } from "#domain/activate/destinations/webhook.ts";
import type { Destinations } from "#domain/activate/ports.ts";
import type { Chunks } from "./chunk.ts";
import { segmentActions } from "./segment-actions.ts";
import { sendWebhook } from "./webhook.ts";

/** Vendors answer batches item by item, and the destinations read them. */
const VENDOR_ANSWER_BYTES = 1024 * 1024;

type Options = {
	readonly chunks: Chunks;
	/** Where requests may go. */
	readonly reach: Reach;
	readonly limits?: HttpLimits;
};

/** Everything Tutti can send to: its own webhook, and what it carries of `@segment/action-destinations`. */
export function destinationsOver({ chunks, reach, limits = DEFAULT_LIMITS }: Options): Destinations {
	const webhook = httpClient(reach, limits);
	const bought = segmentActions({ chunks, http: httpClient(reach, { ...limits, bodyBytes: VENDOR_ANSWER_BYTES }) });
	return {
		async send(type, order) {
			if (type === WEBHOOK.type) return sendWebhook(order, webhook);
			return (await bought(type, order)) ?? { kind: "refused", reason: "unknown_destination_type" };
		},
	};
}
