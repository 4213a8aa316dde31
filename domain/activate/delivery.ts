import type { Subscription } from "#contracts/definitions/destination.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Identifier } from "#domain/model/identifier.ts";
import type { JsonObject } from "#domain/model/json.ts";
import type { MembershipCause } from "#domain/model/membership.ts";

/** The person the news is about, as known when it happened. */
export type Person = {
	readonly profileId: string;
	readonly traits: JsonObject;
	readonly identifiers: readonly Identifier[];
};

/** What a destination may want to hear: an event that reached its profile, or a profile that entered or exited a segment. */
export type News =
	| { readonly kind: "event"; readonly event: SourcedEvent; readonly person: Person }
	| {
			readonly kind: "entered" | "exited";
			/** Names this one transition for ever. */
			readonly transitionId: string;
			readonly segmentId: string;
			/** Counts the profile's changes in this segment: of two, the greater is the later, whichever arrives first. */
			readonly membershipVersion: number;
			/** ISO 8601 UTC. */
			readonly at: string;
			/** The event that tipped it, where one did. */
			readonly messageId?: string;
			/** What made it change; absent in deliveries that were queued before it was told. */
			readonly cause?: MembershipCause;
			readonly person: Person;
	  };

/** Which subscription of its destination a delivery is for. The mapping is read when it is sent, so a mended one counts. */
type SubscriptionRef = Pick<Subscription, "on" | "action"> & {
	/** The hash of what the subscription means, its mapping included. */
	readonly key: string;
	/** Where it stood in the list. */
	readonly position: number;
};

/** One thing to be sent to one destination: what the queue of deliveries carries. */
export type Delivery = {
	readonly version: 1;
	/** The same for the same news, subscription and destination, however often it is routed. */
	readonly deliveryId: string;
	readonly destinationId: string;
	readonly subscription: SubscriptionRef;
	readonly news: News;
	/** When the news happened: it is the same whenever it is routed, so its place in the log is. */
	readonly createdAt: string;
	/** 1 at first; one more with each redrive. */
	readonly round: number;
	/** Which try of the round this message asks for, from 1. */
	readonly attempt: number;
	/** When the round began: it gives up a day later. */
	readonly startedAt: string;
	/** Not to be tried before: a queue delays by 15 minutes at most, so a longer wait passes through it several times. */
	readonly notBefore?: string;
};
