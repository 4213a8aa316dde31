import type { Subscription } from "#contracts/definitions/destination.ts";
import type { Json } from "#domain/model/json.ts";
import { compareText } from "#domain/rules/compare.ts";
import type { News } from "./delivery.ts";

/** SHA-256 of a text in base64url. */
export type Hash = (text: string) => string;

/** 11 characters are 66 bits: no two subscriptions of a destination will meet. */
const KEY_LENGTH = 11;
/** 24 characters are 144 bits: no two deliveries ever will. */
const ID_LENGTH = 24;

/** What a subscription means, as a short text: when it applies, what it does, what it sends. */
export const subscriptionKey = ({ on, action, mapping }: Subscription, hash: Hash): string =>
	hash(canonical({ on, action, mapping })).slice(0, KEY_LENGTH);

/** Names a delivery by what it is about. The receiver of a webhook sees it and can tell a repetition by it. */
export function deliveryIdOf(destinationId: string, key: string, news: News, hash: Hash): string {
	const about = news.kind === "event" ? ["event", news.event.messageId] : ["change", news.transitionId];
	return `dlv_${hash(JSON.stringify([destinationId, key, ...about])).slice(0, ID_LENGTH)}`;
}

/** JSON with the fields of every object in the order of their names. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, inner: Json) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
			: inner,
	);
}
