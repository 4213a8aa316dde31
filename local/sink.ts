import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { jsonAnswer } from "#functions/shared/http-answer.ts";

/** One request that came in: what a webhook of the demo was sent. */
type Caught = { readonly at: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

const KEPT = 100;
const SINKS = 20;

export type Sink = {
	/** Answers 204 to whatever is posted and remembers it. */
	catch(name: string, caught: Caught): HttpAnswer;
	/** The last deliveries, newest first. */
	show(name: string): HttpAnswer;
};

/** A tool to send to that is always there, so that the example webhook delivers out of the box. It forgets when it ends. */
export function demoSink(): Sink {
	const sinks = new Map<string, Caught[]>();
	return {
		catch(name, caught) {
			if (!sinks.has(name) && sinks.size >= SINKS) return { statusCode: 404 };
			sinks.set(name, [caught, ...(sinks.get(name) ?? [])].slice(0, KEPT));
			return { statusCode: 204 };
		},
		show: (name) =>
			jsonAnswer(200, {
				deliveries: (sinks.get(name) ?? []).map(({ body, ...rest }) => ({ ...rest, body: read(body) })),
			}),
	};
}

function read(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}
