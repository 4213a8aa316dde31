import type { IncomingMessage, ServerResponse } from "node:http";
import { problem } from "#contracts/http/problem.ts";
import { problemAnswer } from "#functions/shared/http-answer.ts";
import { sendResult } from "./http-event.ts";

/** A body of this many bytes is read to its end and thrown away, so that the connection can be used again. */
const READ_AWAY = 1_000_000;
/** How long somebody may go on sending a larger one after the answer, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * Answers 429 before anything of the request was read. A page of any origin may read it: it says nothing but that there is
 * much to do, and analytics-next obeys a Retry-After that it can read.
 */
export function askToComeAgain(request: IncomingMessage, response: ServerResponse, seconds: number): void {
	response.setHeader("retry-after", String(seconds));
	if (request.headers.origin !== undefined) {
		response.setHeader("access-control-allow-origin", request.headers.origin);
		response.setHeader("access-control-expose-headers", "retry-after");
		response.setHeader("vary", "Origin");
	}
	const isSmall = Number(request.headers["content-length"] ?? Number.NaN) <= READ_AWAY;
	if (!isSmall) {
		response.setHeader("connection", "close");
		setTimeout(() => request.destroy(), PATIENCE_MS).unref();
	}
	const detail = "More comes than can be taken in now; try again after Retry-After seconds.";
	sendResult(response, problemAnswer(problem(429, "overloaded", detail)));
	request.resume();
}
