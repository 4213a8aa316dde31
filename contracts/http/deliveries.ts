import * as z from "zod";
import { id } from "../definitions/id.ts";

const deliveryState = z.enum(["waiting", "retrying", "delivered", "dead", "paused"]);

/** `GET /v1/deliveries`: of one destination, newest first, or those an event caused. Kept for 30 days. */
export const deliveriesQuery = z
	.strictObject({
		destination: id.optional(),
		/** Only with `destination`. */
		state: deliveryState.optional(),
		messageId: z.string().min(1).max(100).optional(),
		limit: z.coerce.number().int().min(1).max(500).default(50),
		cursor: z.string().optional(),
	})
	.refine(({ destination, messageId }) => (destination === undefined) !== (messageId === undefined), {
		message: "say either destination (with state, limit, cursor) or messageId",
	});

/** One try. `retry`: another followed or will; `refused`: none would help; `unauthorised`: we were not let in. */
const attempt = z.strictObject({
	round: z.number().int(),
	attempt: z.number().int(),
	at: z.iso.datetime(),
	milliseconds: z.number().int(),
	outcome: z.enum(["delivered", "retry", "refused", "unauthorised"]),
	/** HTTP status, where there was an answer. */
	status: z.number().int().optional(),
	/** A stable code: `http_429`, `timeout`, `payload_validation_failed`, `missing_secret` … */
	reason: z.string().optional(),
	/** Which fields are wrong; never their values. */
	detail: z.string().optional(),
});

/** One delivery and what became of it: ids, states, times, codes. Neither what was sent nor what was answered. */
const delivery = z.strictObject({
	deliveryId: z.string(),
	destinationId: z.string(),
	action: z.string(),
	profileId: z.string(),
	news: z.strictObject({
		kind: z.enum(["event", "entered", "exited"]),
		messageId: z.string().optional(),
		segmentId: z.string().optional(),
		transitionId: z.string().optional(),
	}),
	/** When the news happened. */
	createdAt: z.iso.datetime(),
	updatedAt: z.iso.datetime(),
	/** `dead` and `paused` wait in the dead letters, for 14 days, until they are redriven. */
	state: deliveryState,
	reason: z.string().optional(),
	/** 1, and one more with each redrive. */
	round: z.number().int(),
	/** The last try of the round; 0 before the first. */
	attempt: z.number().int(),
	nextAttemptAt: z.iso.datetime().optional(),
	attempts: z.array(attempt),
});

export const deliveriesAnswer = z.strictObject({ deliveries: z.array(delivery), cursor: z.string().optional() });

/** `POST /v1/deliveries/redrive`: dead letters are tried again, of one destination or of all. */
export const redriveRequest = z.strictObject({
	destination: id.optional(),
	limit: z.number().int().min(1).max(1000).default(100),
});

/** `isComplete`: the dead letters were seen to their end; otherwise ask again for more. */
export const redriveAnswer = z.strictObject({
	redriven: z.number().int(),
	examined: z.number().int(),
	isComplete: z.boolean(),
});
