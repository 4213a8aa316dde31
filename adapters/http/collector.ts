import type { Collector } from "#domain/watch/ports.ts";
import type { HttpClient } from "./http-client.ts";

type Options = {
	readonly http: HttpClient;
	/** Where it is, such as `https://….execute-api.eu-west-1.amazonaws.com`, perhaps with a slash at its end. */
	readonly url: string;
	readonly writeKey: string;
};

/** The collector at a URL: one `POST /v1/track` for each event, with the write key as SDKs of servers send it. */
export function httpCollector({ http, url, writeKey }: Options): Collector {
	const headers = {
		authorization: `Basic ${Buffer.from(`${writeKey}:`).toString("base64")}`,
		"content-type": "application/json",
	};
	return {
		async send(event) {
			const track = { method: "POST", url: `${url.replace(/\/$/, "")}/v1/track`, headers, body: JSON.stringify(event) };
			const outcome = await http.send(track);
			if (outcome.kind === "failed") return { kind: "unanswered", reason: outcome.reason };
			return { kind: "answered", status: outcome.status };
		},
	};
}
