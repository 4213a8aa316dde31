/** The source that the canary sends as: `workspace/sources/canary.yaml`. */
export const CANARY_SOURCE = "canary";
/** Its only event. */
export const CANARY_EVENT = "Canary Sent";
/** Its only identifier, an `anonymous_id`: all its events are of this one profile, which never has a trait. */
export const CANARY_ANONYMOUS_ID = "tutti-canary";

export type CanaryEvent = {
	readonly event: typeof CANARY_EVENT;
	readonly messageId: string;
	readonly anonymousId: typeof CANARY_ANONYMOUS_ID;
	/** It goes to no destination, whatever their triggers say. */
	readonly integrations: { readonly All: false };
};

/**
 * What the canary sends in a minute: a `track` that can be told from everybody else's by its source, its name and its message id. It is named
 * for the minute (`canary-2026-11-22T07:33Z`), so that who is called in the next one knows what to look for.
 */
export const canaryEvent = (at: Date): CanaryEvent => ({
	event: CANARY_EVENT,
	messageId: `canary-${at.toISOString().slice(0, 16)}Z`,
	anonymousId: CANARY_ANONYMOUS_ID,
	integrations: { All: false },
});
