import type { Tracer } from "@aws-lambda-powertools/tracer";
import { loggableIds } from "./loggable-ids.ts";
import type { Trace } from "./trace.ts";

/** X-Ray indexes 50 annotations of a trace. */
const MOST = 50;

/**
 * X-Ray's traces of a deployed function, by Powertools. A call works on a batch, so its trace is the batch's: each event is in
 * it as a subsegment of no length with its `messageId` as an annotation, and no time in it is one event's own (ADR 0020).
 * The tracer is loaded when the first call is followed, from beside the bundle: it is 130 KB, and mostly nobody does. Only `handler.ts` files may
 * import this; `env` is the process's, in which Lambda says for each call whether it is followed.
 */
export function powertoolsTrace(env: Readonly<Record<string, string | undefined>>): Trace {
	let loaded: Promise<Tracer> | undefined;
	const load = async () => {
		const library = await import("@aws-lambda-powertools/tracer");
		return new library.Tracer({ captureHTTPsRequests: false });
	};
	return {
		async follow(eventIds) {
			if (!/\bSampled=1\b/.test(env._X_AMZN_TRACE_ID ?? "")) return;
			loaded ??= load();
			note(await loaded, eventIds());
		},
	};
}

function note(tracer: Tracer, eventIds: readonly string[]): void {
	const batch = tracer.getSegment()?.addNewSubsegment("events");
	if (!batch) return;
	batch.addAnnotation("events", eventIds.length);
	for (const messageId of loggableIds(eventIds, MOST)) {
		const event = batch.addNewSubsegment("event");
		event.addAnnotation("messageId", messageId);
		event.close();
	}
	batch.close();
}
