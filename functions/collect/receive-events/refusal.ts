import type { Rejection } from "#contracts/http/collect.ts";
import { REFUSALS, type RefusalCode } from "#contracts/http/collect-codes.ts";
import { problem } from "#contracts/http/problem.ts";
import { type Headers, type HttpAnswer, problemAnswer } from "#functions/shared/http-answer.ts";

/** Why a request as a whole is not done, and what its answer says beside the code. */
export type Refusal = {
	readonly code: RefusalCode;
	/** The value of `Allow`, with 405. */
	readonly allow?: string;
	/** The value of `Retry-After`, with 429 and 503. */
	readonly retryAfterSeconds?: number;
	/** With 422: the events that stood in the way. */
	readonly rejected?: readonly Rejection[];
};

/** How long a sender should wait with 503: our own retries are over, so another second would not help. */
export const RETRY_SECONDS = 5;

export const isRefusal = (value: object): value is Refusal => "code" in value;

/** The answer that tells the sender. */
export function refusalAnswer({ code, allow, retryAfterSeconds, rejected }: Refusal): HttpAnswer {
	const { status, detail } = REFUSALS[code];
	const headers: Headers = {
		...(allow !== undefined && { allow }),
		...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
	};
	const body = problem(status, code, detail);
	return problemAnswer(rejected ? { ...body, success: false, accepted: 0, rejected } : body, headers);
}
