import type { Destination, Subscription } from "#contracts/definitions/destination.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { compare, valueAt } from "#domain/rules/compare.ts";
import type { Delivery, News } from "./delivery.ts";
import { deliveryIdOf, type Hash, subscriptionKey } from "./delivery-id.ts";

/**
 * Which news goes where: a delivery for each subscription of each enabled destination that asks for it. Pure, and the
 * same news makes the same deliveries, so routing twice is harmless.
 */
export function route(
	news: readonly News[],
	destinations: readonly Destination[],
	{ hash, now }: { readonly hash: Hash; readonly now: Date },
): Delivery[] {
	const enabled = destinations.filter((destination) => destination.enabled);
	return news.flatMap((piece) =>
		enabled
			.filter((destination) => mayGoTo(destination, piece))
			.flatMap((destination) =>
				destination.subscriptions.flatMap((subscription, position): Delivery[] => {
					if (!asksFor(subscription.on, piece)) return [];
					const key = subscriptionKey(subscription, hash);
					return [
						{
							version: 1,
							deliveryId: deliveryIdOf(destination.id, key, piece, hash),
							destinationId: destination.id,
							subscription: { key, position, on: subscription.on, action: subscription.action },
							news: piece,
							createdAt: piece.kind === "event" ? piece.event.receivedAt : piece.at,
							round: 1,
							attempt: 1,
							startedAt: now.toISOString(),
						},
					];
				}),
			),
	);
}

const asksFor = (on: Subscription["on"], news: News): boolean =>
	"segment" in on
		? news.kind !== "event" && news.segmentId === on.segment && (on.change === "both" || on.change === news.kind)
		: news.kind === "event" && isEvent(on, news.event);

/** `event:` means the name of a track event, as in segments. What cannot be compared does not match: nothing leaks. */
function isEvent(on: { event: string; where: readonly Where[] }, event: CollectedEvent): boolean {
	if (event.type !== "track" || event.event !== on.event) return false;
	return on.where.every(({ path, is }) => {
		const [field, ...steps] = path.split(".");
		const root = field as "properties" | "context" | "traits"; // the schema lets no other through
		return compare(valueAt(event[root], steps), is);
	});
}

type Where = Extract<Subscription["on"], { event: string }>["where"][number];

/** What was imported for the record goes nowhere; else the sender's own `integrations` decide. */
const mayGoTo = (destination: Destination, news: News): boolean =>
	news.kind !== "event" ||
	(!news.event.flags?.includes("historical") && isIntegrated(destination, news.event.integrations ?? {}));

/**
 * Segment's object of a message: `{ All: false }` keeps it from every destination but those named, by id or type;
 * `{ "crm-webhook": false }` from one. An object counts as yes: it holds options for that destination.
 */
function isIntegrated({ id, type }: Destination, integrations: JsonObject): boolean {
	const own = [id, type].find((name) => Object.hasOwn(integrations, name));
	return isYes(integrations[own ?? "All"] ?? own === undefined);
}

const isYes = (value: Json): boolean => value === true || (typeof value === "object" && value !== null);
