import type { QuarantinedEvent } from "#domain/validate/ports.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Broken, InFlight, SetAside, Work } from "./work.ts";

/** What a step makes of one event: how it goes on, or why it does not; and how it breaks what was agreed for it. */
export type Judgement<E extends InFlight> = { readonly broken?: Omit<Broken, keyof InFlight> } & (
	| { readonly passed: E }
	| { readonly quarantined: Pick<QuarantinedEvent, "reason" | "violations"> }
);

/**
 * Judges each event by itself. One that makes the judge throw would do so every time: it is set aside, and the rest
 * goes on.
 */
export function judgeEach<E extends InFlight, F extends InFlight>(
	work: Work<E>,
	judge: (event: E) => Judgement<F>,
	log: Log,
): Work<F> {
	const events: F[] = [];
	const quarantined: SetAside[] = [...work.quarantined];
	const broken: Broken[] = [...work.broken];
	for (const inFlight of work.events) {
		const { message, batchId, raw, event } = inFlight;
		const judgement = safely(judge, inFlight, log);
		if (judgement.broken) broken.push({ message, batchId, raw, event, ...judgement.broken });
		if ("passed" in judgement) events.push(judgement.passed);
		else quarantined.push({ message, batchId, raw, event, ...judgement.quarantined });
	}
	return { ...work, events, quarantined, broken };
}

function safely<E extends InFlight, F extends InFlight>(
	judge: (event: E) => Judgement<F>,
	inFlight: E,
	log: Log,
): Judgement<F> {
	try {
		return judge(inFlight);
	} catch (error) {
		log.error("an event could not be processed and is set aside", {
			batchId: inFlight.batchId,
			messageId: inFlight.event.messageId,
			...describeError(error),
		});
		return { quarantined: { reason: "unprocessable", violations: [] } };
	}
}
