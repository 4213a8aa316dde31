import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";
import { LIST_LIMITS } from "#contracts/http/lists.ts";
import { problem } from "#contracts/http/problem.ts";
import type { RecentEvents } from "#domain/model/ports.ts";
import { problemAnswer } from "#functions/shared/http-answer.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { SECURITY_HEADERS } from "#functions/shared/security-headers.ts";
import type { Admission } from "./admission.ts";
import { carriesToken } from "./bearer.ts";
import { askToComeAgain } from "./come-again.ts";
import { sendResult, toHttpEvent } from "./http-event.ts";
import { type LocalHandler, lambdaContext } from "./lambda-context.ts";
import { streamEvents } from "./live-tail.ts";
import { readBody } from "./read-body.ts";
import { demoSink, type Sink } from "./sink.ts";

type HttpHandler = LocalHandler<APIGatewayProxyEventV2, APIGatewayProxyResultV2>;

export type Doors = {
	/** The collector: open to whoever has a write key. */
	readonly receiveEvents: HttpHandler;
	/** The admin API: open to whoever has the token. */
	readonly serveAdminApi: HttpHandler;
	readonly recentEvents: RecentEvents;
	readonly adminToken: string;
	/** Who may bring events now. @default everybody */
	readonly admission?: Admission;
	readonly now: () => Date;
	readonly log: Log;
};

/** Larger than anything the collector takes, so that it can say itself what is too large, and small enough to hold. */
const LARGEST_BODY = 1_000_000;
/** The same for a list, of which the admin API takes more. */
const LARGEST_LIST = LIST_LIMITS.bytes + 1_000_000;
const LIST = /^\/v1\/lists\//;
/** How long somebody may go on sending after the answer said that it is too much. */
const PATIENCE_MS = 1000;

const ADMIN =
	/^\/v1\/(profiles|accounts|identity|segments|lists|definitions|deliveries|quarantine|replays|events|trace|query)(\/|$)/;
/** What brings events, and so brings work: whatever is posted to the collector, and its pixels. */
const PIXEL = /^\/v1\/pixel\//;
const SINK = /^\/_sink\/(?<name>[a-z0-9-]{1,64})$/;

/** What API Gateway does: reads requests, decides which function answers, and lets only administrators to the admin API. */
export function requestListener(doors: Doors): RequestListener {
	const sink = demoSink();
	return (request, response) => {
		// Of the functions' answers they are there already; these are for what the listener answers itself.
		for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
		admitted(request, response, { ...doors, sink }).catch((error: unknown) => {
			// A sender that went away in the middle is nobody's fault, and there is nobody to answer to.
			if (!request.complete && request.destroyed) return;
			doors.log.error("a request failed", describeError(error));
			if (!response.headersSent)
				refuse(response, 500, "internal_error", "Something unforeseen happened. It was logged.");
			else response.destroy();
		});
	};
}

type Behind = Doors & { readonly sink: Sink };

/** Refuses what is too much before anything of it is read. */
async function admitted(request: IncomingMessage, response: ServerResponse, behind: Behind): Promise<void> {
	if (!behind.admission || !bringsEvents(request)) return answer(request, response, behind);
	const entry = await behind.admission.enter();
	if ("retryAfterSeconds" in entry) return askToComeAgain(request, response, entry.retryAfterSeconds);
	try {
		await answer(request, response, behind);
	} finally {
		entry.leave(response.statusCode < 300);
	}
}

function bringsEvents({ method, url = "" }: IncomingMessage): boolean {
	if (method !== "POST") return PIXEL.test(url);
	const [path = ""] = url.split("?");
	return !ADMIN.test(path) && !path.startsWith("/_sink/");
}

async function answer(request: IncomingMessage, response: ServerResponse, behind: Behind): Promise<void> {
	const isList = LIST.test(request.url ?? "");
	const body = await readBody(request, isList ? LARGEST_LIST : LARGEST_BODY);
	if (body === "too large") return refuseTheRest(request, response, isList);
	const event = toHttpEvent(request, { body, requestId: randomUUID(), at: behind.now() });
	if (!event) return refuse(response, 400, "bad_path", "The path is not valid percent-encoding.");

	const sinkName = SINK.exec(event.rawPath)?.groups?.name;
	const isOpen = sinkName === undefined ? !ADMIN.test(event.rawPath) : request.method === "POST";
	if (!isOpen && !carriesToken(request.headers.authorization, behind.adminToken)) {
		response.setHeader("www-authenticate", "Bearer");
		return refuse(response, 401, "unauthorized", "Send the admin token as Authorization: Bearer.");
	}
	if (sinkName !== undefined) return sendResult(response, atSink(sinkName, event, body, behind));
	if (isOpen) return sendResult(response, await behind.receiveEvents(event, lambdaContext("receive-events")));
	if (wantsStream(event)) return streamEvents(request, response, behind.recentEvents);
	sendResult(response, await behind.serveAdminApi(event, lambdaContext("serve-admin-api")));
}

function atSink(name: string, event: APIGatewayProxyEventV2, body: Buffer, { sink, now }: Behind) {
	if (event.requestContext.http.method !== "POST") return sink.show(name);
	return sink.catch(name, {
		at: now().toISOString(),
		headers: event.headers as Record<string, string>,
		body: body.toString("utf8"),
	});
}

const wantsStream = ({ rawPath, headers, requestContext }: APIGatewayProxyEventV2): boolean =>
	rawPath === "/v1/events" &&
	requestContext.http.method === "GET" &&
	/\btext\/event-stream\b/.test(headers.accept ?? "");

/** Answers before the sender is done, listens a little so that it gets to read the answer, and hangs up. */
function refuseTheRest(request: IncomingMessage, response: ServerResponse, isList: boolean): void {
	response.setHeader("connection", "close");
	const most = isList ? "A body has at most 5 MB." : "A request has at most 500 KB, decompressed.";
	refuse(response, 413, "body_too_large", most);
	request.resume();
	setTimeout(() => request.destroy(), PATIENCE_MS).unref();
}

const refuse = (response: ServerResponse, status: number, code: string, detail: string): void =>
	sendResult(response, problemAnswer(problem(status, code, detail)));
