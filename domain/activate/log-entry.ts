import type { Delivery, News } from "./delivery.ts";
import type { Next } from "./retry-policy.ts";
import type { Verdict } from "./verdict.ts";

/**
 * `waiting` for its first try, `retrying`, `delivered`; `dead` (it was tried enough, or no try will help) and `paused`
 * (the destination does not let us in): both wait in the dead letters for a redrive.
 */
export type DeliveryState = "waiting" | "retrying" | "delivered" | "dead" | "paused";

export type Attempt = {
	readonly round: number;
	readonly attempt: number;
	readonly at: string;
	readonly milliseconds: number;
	readonly outcome: Verdict["kind"];
	readonly status?: number;
	readonly reason?: string;
	readonly detail?: string;
};

/** What the log says of a delivery: ids, states, times, codes. Neither what was sent nor what was answered. */
export type LoggedDelivery = {
	readonly deliveryId: string;
	readonly destinationId: string;
	readonly action: string;
	readonly profileId: string;
	readonly news: {
		readonly kind: News["kind"];
		readonly messageId?: string;
		readonly segmentId?: string;
		readonly transitionId?: string;
	};
	readonly createdAt: string;
	readonly updatedAt: string;
	readonly state: DeliveryState;
	/** Why it is `retrying`, `dead` or `paused`. */
	readonly reason?: string;
	/** The round and the try that came to an end last; the try is 0 before the first of a round. */
	readonly round: number;
	readonly attempt: number;
	/** While `retrying`: when the next try is due. */
	readonly nextAttemptAt?: string;
	/** Oldest first. */
	readonly attempts: readonly Attempt[];
};

/** Three rounds of ten: more than that is noise, and the row stays small. */
const ATTEMPTS_KEPT = 30;

/** The row of a delivery that was just routed. */
export function waiting({ news, ...delivery }: Delivery): LoggedDelivery {
	return {
		deliveryId: delivery.deliveryId,
		destinationId: delivery.destinationId,
		action: delivery.subscription.action,
		profileId: news.person.profileId,
		news: aboutNews(news),
		createdAt: delivery.createdAt,
		updatedAt: delivery.startedAt,
		state: "waiting",
		round: delivery.round,
		attempt: 0,
		attempts: [],
	};
}

function aboutNews(news: News): LoggedDelivery["news"] {
	if (news.kind === "event") return { kind: news.kind, messageId: news.event.messageId };
	const { kind, segmentId, transitionId, messageId } = news;
	return { kind, segmentId, transitionId, ...(messageId !== undefined && { messageId }) };
}

/** The row after an attempt. A delivered one stays delivered, whatever a second copy of its message came to. */
export function afterAttempt(log: LoggedDelivery, attempt: Attempt, next: Next | undefined): LoggedDelivery {
	const attempts = [...log.attempts, attempt].slice(-ATTEMPTS_KEPT);
	if (log.state === "delivered") return { ...log, attempts };
	const { reason: _reason, nextAttemptAt: _due, ...kept } = log;
	const tried = { ...kept, updatedAt: attempt.at, round: attempt.round, attempt: attempt.attempt, attempts };
	if (next === undefined) return { ...tried, state: "delivered" };
	if (next.kind === "set-aside") return { ...tried, state: next.state, reason: next.reason };
	const due = new Date(Date.parse(attempt.at) + next.afterSeconds * 1000).toISOString();
	return { ...tried, state: "retrying", nextAttemptAt: due, ...(attempt.reason && { reason: attempt.reason }) };
}

/** The row once its dead letter was sent again, unless it has moved on meanwhile. */
export function afterRedrive(log: LoggedDelivery, { round, startedAt }: Delivery): LoggedDelivery {
	if (log.state === "delivered" || log.round >= round) return log;
	const { reason: _reason, nextAttemptAt: _due, ...kept } = log;
	return { ...kept, updatedAt: startedAt, round, attempt: 0, state: "waiting" };
}

/** Whether the try a message asks for came to an end already: then this message is a second copy. */
export const isConcluded = (log: LoggedDelivery, { round, attempt }: Delivery): boolean =>
	log.round > round || (log.round === round && log.attempt >= attempt);
