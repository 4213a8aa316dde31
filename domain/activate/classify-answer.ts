import type { Verdict } from "./verdict.ts";

/** What is known of an answer, or of the error there was instead of one. */
export type Answer = {
	/** HTTP status; absent when there was no answer. */
	readonly status?: number;
	/** The error's code: ours (`timeout`) or that of a bought destination (`PAYLOAD_VALIDATION_FAILED`). */
	readonly code?: string;
	/** The error's name. */
	readonly error?: string;
	readonly detail?: string;
	readonly retryAfterSeconds?: number;
};

/** The destination checked what it was given and would not send it, or we would not connect to where it points. */
const NEVER = new Set(["PAYLOAD_VALIDATION_FAILED", "address_refused", "invalid_request"]);
const NEVER_ERRORS = new Set(["AggregateAjvError", "ValidationError", "PayloadValidationError"]);
const UNAUTHORISED = new Set(["INVALID_AUTHENTICATION", "OAUTH_REFRESH_FAILED", "REFRESH_TOKEN_EXPIRED"]);
/** Of the 4xx, those that pass: request timeout, locked, too many requests. */
const PASSING = new Set([408, 423, 429]);
const NOT_IMPLEMENTED = 501;

/**
 * What an answer means for the delivery (the table of DESTINATIONS.md). An explicit code says more than the status it
 * comes with. A redirect is refused: it is for a person to say where else to send people's data.
 */
export function classifyAnswer(answer: Answer): Verdict {
	const { status, detail, retryAfterSeconds } = answer;
	const kind = kindOf(answer);
	if (kind === "delivered") return status === undefined ? { kind } : { kind, status };
	return {
		kind,
		reason: reasonOf(answer),
		...(status !== undefined && { status }),
		...(detail !== undefined && { detail }),
		...(kind === "retry" && retryAfterSeconds !== undefined && { retryAfterSeconds }),
	};
}

function kindOf({ status, code, error }: Answer): Verdict["kind"] {
	if (NEVER.has(code ?? "") || NEVER_ERRORS.has(error ?? "")) return "refused";
	if (UNAUTHORISED.has(code ?? "")) return "unauthorised";
	if (code === "RETRYABLE_ERROR" || status === undefined || isPassing(status)) return "retry";
	if (status === 401) return "unauthorised";
	const isFine = status >= 200 && status < 300 && code === undefined && error === undefined;
	return isFine ? "delivered" : "refused";
}

const isPassing = (status: number): boolean => PASSING.has(status) || (status >= 500 && status !== NOT_IMPLEMENTED);

/** A code made fit for logs and queries: lower case, words joined by `_`. */
function reasonOf({ status, code, error }: Answer): string {
	if (NEVER_ERRORS.has(error ?? "")) return "payload_validation_failed";
	if (code !== undefined) return asReason(code);
	return status === undefined ? "no_answer" : `http_${status}`;
}

const asReason = (code: string): string =>
	code
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "_")
		.replace(/^_|_$/g, "")
		.slice(0, 64) || "unknown";
