import type middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Headers, HttpAnswer } from "#functions/shared/http-answer.ts";
import type { OpenGate } from "./gate.ts";

/** What SDKs ask a preflight for: Segment's, then RudderStack's, then our own. */
const REQUEST_HEADERS = [
	...["authorization", "content-type", "content-encoding", "x-retry-count"],
	...["anonymousid", "sentat", "rsa-recovered", "rsa-retry-attempt", "rsa-retry-reason"],
	...["rsa-since-first-attempt", "rsa-since-last-attempt"],
	"x-strict-mode",
];

/** What a preflight is answered beside what every answer carries. Browsers remember it for two hours at most. */
export const PREFLIGHT_HEADERS: Headers = {
	"access-control-allow-methods": "GET, POST, OPTIONS",
	"access-control-allow-headers": REQUEST_HEADERS.join(", "),
	"access-control-max-age": "7200",
};

/**
 * Lets pages of known origins read every answer, errors too. `Retry-After` is exposed, since analytics-next obeys it
 * only if it can read it.
 */
export function cors(openGate: OpenGate): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> {
	const addHeaders: middy.MiddlewareFn<APIGatewayProxyEventV2, HttpAnswer> = async (request) => {
		if (!request.response) return;
		const { origin } = request.event.headers;
		const isKnown = origin !== undefined && (await openGate()).knows(origin);
		const allowed = isKnown
			? { "access-control-allow-origin": origin, "access-control-expose-headers": "retry-after" }
			: undefined;
		request.response = { ...request.response, headers: { ...request.response.headers, vary: "Origin", ...allowed } };
	};
	return { after: addHeaders, onError: addHeaders };
}
