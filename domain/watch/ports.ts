import type { CanaryEvent } from "./canary-event.ts";

/** How the collector answered, or why it did not. */
export type Answer =
	| { readonly kind: "answered"; readonly status: number }
	| { readonly kind: "unanswered"; readonly reason: string };

/** The collector as a sender sees it, from outside. */
export interface Collector {
	/** Sends one event over HTTPS, as an SDK would. Never throws. */
	send(event: CanaryEvent): Promise<Answer>;
}

/** The canary's profile as whoever reads profiles sees it. */
export interface Sight {
	/** Whether the profile is there and has taken in this message. */
	has(messageId: string): Promise<boolean>;
}
