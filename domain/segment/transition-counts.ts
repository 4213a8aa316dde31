/** Somebody entered or exited a segment. */
export type Transition = {
	/** Names it for ever. */
	readonly id: string;
	readonly segmentId: string;
	readonly kind: "entered" | "exited";
	/** When, ISO 8601 UTC. */
	readonly at: string;
};

/** How many entered and exited a segment on a UTC day (`YYYY-MM-DD`): transitions, so somebody may be among both, and twice. */
export type DayCount = { readonly day: string; readonly entered: number; readonly exited: number };

/** How many entered and exited each segment, by days. */
export interface TransitionCounts {
	/**
	 * Counts transitions that were told, each once: of each segment and day the latest hundred are remembered, so those that come
	 * again while fewer than so many others were counted are known. Throws when it could not count all of them; to count them
	 * again is safe.
	 */
	count(transitions: readonly Transition[]): Promise<void>;
	/** The days on which somebody entered or exited, the latest first; for 400 days. */
	days(segmentId: string, limit: number): Promise<readonly DayCount[]>;
}
