import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RecentEvents } from "#domain/model/ports.ts";

const POLL_MS = 250;
const BATCH = 200;
/** So that proxies and clients see that the line is alive. */
const PING_POLLS = 60;

/**
 * `GET /v1/events` as server-sent events: each event as it comes in, oldest first, with the cursor as its id. A client
 * that lost the line sends that as `Last-Event-ID` and misses nothing. Resolves when the client has gone.
 */
export async function streamEvents(
	request: IncomingMessage,
	response: ServerResponse,
	recent: RecentEvents,
): Promise<void> {
	response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
	let after = firstCursor(request) ?? (await recent.since(undefined, 1)).cursor;
	response.write(": Tutti's live tail\n\n");
	for (let polls = 1; !response.closed && !response.writableEnded; polls++) {
		const { events, cursor } = await recent.since(after, BATCH);
		const lines = events.toReversed().map((event) => `data: ${JSON.stringify(event)}\n\n`);
		// the cursor is behind all of them, so only the last may carry it
		if (lines.length > 0) response.write(lines.with(-1, `id: ${cursor}\n${lines.at(-1)}`).join(""));
		else if (polls % PING_POLLS === 0) response.write(": still here\n\n");
		after = cursor;
		await sleep(POLL_MS);
	}
}

function firstCursor({ headers, url = "" }: IncomingMessage): string | undefined {
	const last = headers["last-event-id"];
	return (
		(typeof last === "string" ? last : undefined) ?? new URLSearchParams(url.split("?")[1]).get("after") ?? undefined
	);
}
