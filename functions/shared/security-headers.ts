import type middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Headers, HttpAnswer } from "./http-answer.ts";

/**
 * What every answer carries, whatever it says (OWASP REST Security Cheat Sheet). No answer of ours is a page: a browser
 * that is shown one must not take it for another type than it says, run or load anything, frame it, or keep it.
 */
export const SECURITY_HEADERS: Headers = {
	"x-content-type-options": "nosniff",
	"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
	"cache-control": "no-store",
};

/** For a year, browsers that came over https once come over nothing else. Over http the header means nothing (RFC 6797). */
const HTTPS_ONLY: Headers = { "strict-transport-security": "max-age=31536000" };

/** Adds them to every answer of a function, those to unforeseen errors too. What the answer says itself wins. First of all `use`s. */
export function securityHeaders(): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> {
	const add: middy.MiddlewareFn<APIGatewayProxyEventV2, HttpAnswer> = (request) => {
		if (!request.response) return;
		const isHttps = request.event.headers["x-forwarded-proto"]?.startsWith("https") ?? false;
		const headers = { ...SECURITY_HEADERS, ...(isHttps && HTTPS_ONLY), ...request.response.headers };
		request.response = { ...request.response, headers };
	};
	return { after: add, onError: add };
}
