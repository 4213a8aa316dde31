import * as z from "zod";
import { collectedEvent } from "../bus/events-collected.ts";
import { cause } from "../bus/segment-changed.ts";
import { destination } from "../definitions/destination.ts";

const person = z.object({
	profileId: z.string(),
	traits: z.record(z.string(), z.json()),
	identifiers: z.array(z.object({ namespace: z.string(), value: z.string() })),
});

const subscription = destination.shape.subscriptions.unwrap().element;

/**
 * A message of the queue of deliveries, and of its dead letters. Mirrors `domain/activate/delivery.ts`. Messages live
 * for up to 14 days, so an older one must be read by every newer version.
 */
export const delivery = z.object({
	version: z.literal(1),
	deliveryId: z.string(),
	destinationId: z.string(),
	subscription: subscription.pick({ on: true, action: true }).extend({
		key: z.string(),
		position: z.number().int(),
	}),
	news: z.discriminatedUnion("kind", [
		z.object({ kind: z.literal("event"), event: collectedEvent.extend({ source: z.string() }), person }),
		z.object({
			kind: z.enum(["entered", "exited"]),
			transitionId: z.string(),
			segmentId: z.string(),
			membershipVersion: z.number().int(),
			at: z.string(),
			messageId: z.string().optional(),
			// older messages have none
			cause: cause.optional(),
			person,
		}),
	]),
	createdAt: z.string(),
	round: z.number().int().min(1),
	attempt: z.number().int().min(1),
	startedAt: z.string(),
	notBefore: z.string().optional(),
});
