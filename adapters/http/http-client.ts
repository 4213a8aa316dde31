import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { ADDRESS_REFUSED, isReachable, type Reach, reachableLookup } from "./addresses.ts";

export type HttpRequest = {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	/** Ends the request early; it then failed with `timeout`. */
	readonly signal?: AbortSignal;
};

/** Why there is no answer. `invalid_request`: no such URL or header can be; `answer_broken`: the other side closed in the middle of one. */
export type HttpFailure = "invalid_request" | "address_refused" | "connection_failed" | "timeout" | "answer_broken";

type HttpOutcome =
	| {
			readonly kind: "answered";
			readonly status: number;
			/** Names in lower case; repeated ones joined by a comma. */
			readonly headers: Readonly<Record<string, string>>;
			/** The beginning of the body, as much as `bodyBytes` allows. */
			readonly body: Uint8Array;
	  }
	| { readonly kind: "failed"; readonly reason: HttpFailure };

/** Sends one request and answers how that went; never throws. Redirects are answers like any other: none is followed. */
export interface HttpClient {
	send(request: HttpRequest): Promise<HttpOutcome>;
}

export type HttpLimits = {
	/** Until the connection stands, TLS included. */
	readonly connectMs: number;
	/** From the call to the end of the answer. */
	readonly totalMs: number;
	/** Of the answer's body; the rest is not read. */
	readonly bodyBytes: number;
};

/** A receiver that needs longer than this to say "thank you" is to answer first and work later. */
export const DEFAULT_LIMITS: HttpLimits = { connectMs: 3_000, totalMs: 15_000, bodyBytes: 64 * 1024 };

/** Not `fetch`: that one resolves names where nobody can check the address, and follows redirects to wherever they lead. */
export function httpClient(reach: Reach, limits: HttpLimits = DEFAULT_LIMITS): HttpClient {
	const lookup = reachableLookup(reach);
	const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) };

	const tryOnce = (
		url: URL,
		{ method, headers, body, signal: callers }: HttpRequest,
	): Promise<HttpOutcome | "stale"> => {
		const signal = AbortSignal.any([AbortSignal.timeout(limits.totalMs), ...(callers ? [callers] : [])]);
		const options = { method, headers, lookup, signal };
		const sent =
			url.protocol === "https:"
				? httpsRequest(url, { ...options, agent: agents["https:"] })
				: httpRequest(url, { ...options, agent: agents["http:"] });
		return exchange(sent.end(body), signal, limits);
	};

	return {
		async send(request) {
			const url = URL.parse(request.url);
			if (!url || !(url.protocol in agents)) return failed("invalid_request");
			// A name is checked when it is resolved; an address is never resolved.
			const host = url.hostname.replace(/^\[|\]$/g, "");
			if (isIP(host) && !isReachable(host, reach)) return failed("address_refused");
			try {
				const first = await tryOnce(url, request);
				const outcome = first === "stale" ? await tryOnce(url, request) : first;
				return outcome === "stale" ? failed("connection_failed") : outcome;
			} catch {
				return failed("invalid_request"); // Node throws at once when a header cannot be written
			}
		},
	};
}

const failed = (reason: HttpFailure): HttpOutcome => ({ kind: "failed", reason });

/** `stale`: a kept connection that the other side had closed meanwhile. Nothing was answered, so another one may try. */
function exchange(sent: ClientRequest, signal: AbortSignal, limits: HttpLimits): Promise<HttpOutcome | "stale"> {
	return new Promise((resolve) => {
		const connecting = setTimeout(() => {
			resolve(failed("timeout"));
			sent.destroy();
		}, limits.connectMs);
		const connected = () => clearTimeout(connecting);
		sent.on("socket", (socket) => {
			if (sent.reusedSocket) connected();
			else socket.once("encrypted" in socket ? "secureConnect" : "connect", connected);
		});
		sent.on("error", (error) => {
			connected();
			resolve(isStale(sent, error) ? "stale" : failed(reasonOf(error, signal)));
		});
		sent.on("response", (answer) => resolve(read(answer, signal, limits.bodyBytes)));
	});
}

async function read(answer: IncomingMessage, signal: AbortSignal, bodyBytes: number): Promise<HttpOutcome> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	try {
		for await (const chunk of answer as AsyncIterable<Uint8Array>) {
			chunks.push(chunk);
			size += chunk.length;
			if (size >= bodyBytes) break; // leaving the loop closes the connection
		}
	} catch {
		return failed(signal.aborted ? "timeout" : "answer_broken");
	}
	const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
	const body = Buffer.concat(chunks).subarray(0, bodyBytes);
	return { kind: "answered", status: answer.statusCode ?? 0, headers: Object.fromEntries(headers), body };
}

const codeOf = (error: Error): unknown => ("code" in error ? error.code : undefined);

const isStale = (sent: ClientRequest, error: Error): boolean => sent.reusedSocket && codeOf(error) === "ECONNRESET";

function reasonOf(error: Error, signal: AbortSignal): HttpFailure {
	if (signal.aborted) return "timeout";
	return codeOf(error) === ADDRESS_REFUSED ? "address_refused" : "connection_failed";
}
