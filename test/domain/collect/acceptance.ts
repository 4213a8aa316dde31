import { type Acceptance, acceptEvents, type Call, type Terms } from "#domain/collect/accept-events.ts";
import { moment } from "#domain/collect/iso-time.ts";
import { parseBody } from "#domain/collect/parse-body.ts";

export const NOW = "2026-10-09T12:00:00.000Z";
export const byteLength = (text: string): number => Buffer.byteLength(text);

/** What a secret key may do, with ids that are counted from 0. */
export function someTerms(over: Partial<Terms> = {}): Terms {
	let ids = 0;
	return { received: moment(Date.parse(NOW)), seen: {}, newId: () => `made-${ids++}`, byteLength, ...over };
}

/** Accepts a body that is given as the text of a request. */
export function acceptText(text: string, call: Call, terms = someTerms()) {
	const body = parseBody(text);
	if (typeof body === "string") throw new Error(`not parsed: ${body}`);
	return acceptEvents({ ...body, bytes: byteLength(text) }, call, terms);
}

/** The same for a body given as a value that the request is known to be read as a whole. */
export function accept(body: unknown, call: Call = "batch", terms = someTerms()): Acceptance {
	const acceptance = acceptText(JSON.stringify(body), call, terms);
	if (typeof acceptance === "string") throw new Error(`not accepted: ${acceptance}`);
	return acceptance;
}
