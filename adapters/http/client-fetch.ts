import type { HttpClient, HttpFailure } from "./http-client.ts";

/** What `clientFetch` throws when there was no answer. */
export class NoAnswer extends Error {
	readonly code: HttpFailure;
	constructor(code: HttpFailure) {
		super(`no answer: ${code}`);
		this.name = "NoAnswer";
		this.code = code;
	}
}

/** Statuses whose answers have no body, says the Fetch standard. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/** `fetch` over a client, for code that only knows `fetch`: the same limits, the same refused addresses, no redirects. */
export const clientFetch =
	(client: HttpClient): typeof fetch =>
	async (input, init) => {
		const request = new Request(input, init);
		const { method, url, signal } = request;
		const body = new Uint8Array(await request.arrayBuffer());
		const outcome = await client.send({
			method,
			url,
			signal,
			headers: Object.fromEntries(request.headers),
			...(body.length > 0 && { body }),
		});
		if (outcome.kind === "failed") throw new NoAnswer(outcome.reason);
		// `Response` takes 200 to 599; some services make up statuses above.
		const status = Math.min(outcome.status, 599);
		return new Response(WITHOUT_BODY.has(status) ? null : Buffer.from(outcome.body), {
			status,
			headers: outcome.headers,
		});
	};
