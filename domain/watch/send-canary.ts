import type { CanaryEvent } from "./canary-event.ts";
import type { Collector, Sight } from "./ports.ts";

/** What became of an event of the canary as far as its sender knows: milliseconds from before it was sent. */
export type Departure =
	| { readonly kind: "accepted"; readonly messageId: string; readonly sentAt: Date; readonly answeredMs: number }
	| { readonly kind: "refused"; readonly messageId: string; readonly status: number; readonly answeredMs: number }
	| { readonly kind: "unanswered"; readonly messageId: string; readonly reason: string };

/** How long it took until an accepted event could be read; where it could not by then, how long it was looked for. */
export type Way = { readonly readableMs: number; readonly isReadable: boolean };

type SendDeps = { readonly collector: Collector; readonly now: () => Date };

type TimeDeps = {
	readonly sight: Sight;
	readonly now: () => Date;
	readonly sleep: (milliseconds: number) => Promise<void>;
	/** How long to look for it. */
	readonly patienceMs: number;
};

/** Between two looks: what is measured is at most so much too long. Each look is a read of the table, which costs. */
const WAIT_MS = 400;

/** Sends one event by the way that all events go. Safe to run twice: the same event is had once. Never throws. */
export async function sendCanary(event: CanaryEvent, { collector, now }: SendDeps): Promise<Departure> {
	const { messageId } = event;
	const sentAt = now();
	const answer = await collector.send(event);
	const answeredMs = now().getTime() - sentAt.getTime();
	if (answer.kind === "unanswered") return { ...answer, messageId };
	const { status } = answer;
	return status >= 200 && status <= 299
		? { kind: "accepted", messageId, sentAt, answeredMs }
		: { kind: "refused", messageId, status, answeredMs };
}

/**
 * Looks for an event until it is there, where everybody reads. Throws what looking throws. Who waits in a function is billed for it, so this is
 * done now and then only.
 */
export async function timeWay(
	{ messageId, sentAt }: { readonly messageId: string; readonly sentAt: Date },
	{ sight, now, sleep, patienceMs }: TimeDeps,
): Promise<Way> {
	const passed = () => now().getTime() - sentAt.getTime();
	let isReadable = await sight.has(messageId);
	while (!isReadable && passed() < patienceMs) {
		await sleep(WAIT_MS);
		isReadable = await sight.has(messageId);
	}
	return { readableMs: passed(), isReadable };
}
