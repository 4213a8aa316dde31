import { canaryEvent } from "./canary-event.ts";
import type { Collector, Sight } from "./ports.ts";

/** How far one event of the canary came, and how long that took: milliseconds from before it was sent. */
export type Flight =
	| { readonly kind: "arrived"; readonly answeredMs: number; readonly readableMs: number }
	/** It was answered 2xx and is not in the profile: what was promised is late, or lost. */
	| {
			readonly kind: "lost from sight";
			readonly messageId: string;
			readonly answeredMs: number;
			readonly waitedMs: number;
	  }
	| { readonly kind: "refused"; readonly messageId: string; readonly status: number; readonly answeredMs: number }
	| { readonly kind: "unanswered"; readonly messageId: string; readonly reason: string };

export type CanaryDeps = {
	readonly collector: Collector;
	readonly sight: Sight;
	readonly now: () => Date;
	readonly newId: () => string;
	readonly sleep: (milliseconds: number) => Promise<void>;
	/** How long to look for it before it counts as lost from sight. */
	readonly patienceMs: number;
};

/** Between two looks: what is measured is at most so much too long. Each look is a read of the table, which costs. */
const WAIT_MS = 400;

/**
 * Sends one event by the way that all events go and looks for it where everybody reads. Safe to run twice: each time it is
 * another event. Throws what looking throws.
 */
export async function sendCanary(deps: CanaryDeps): Promise<Flight> {
	const { collector, now } = deps;
	const event = canaryEvent(deps.newId());
	const { messageId } = event;
	const sentAt = now().getTime();
	const passed = () => now().getTime() - sentAt;

	const answer = await collector.send(event);
	const answeredMs = passed();
	if (answer.kind === "unanswered") return { ...answer, messageId };
	const { status } = answer;
	if (status < 200 || status > 299) return { kind: "refused", messageId, status, answeredMs };
	const isSeen = await lookFor(messageId, passed, deps);
	return isSeen
		? { kind: "arrived", answeredMs, readableMs: passed() }
		: { kind: "lost from sight", messageId, answeredMs, waitedMs: passed() };
}

async function lookFor(messageId: string, passed: () => number, { sight, sleep, patienceMs }: CanaryDeps) {
	while (!(await sight.has(messageId))) {
		if (passed() >= patienceMs) return false;
		await sleep(WAIT_MS);
	}
	return true;
}
