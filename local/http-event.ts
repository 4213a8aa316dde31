import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";

/** Bodies that API Gateway hands on as text; every other one, and a compressed one, comes as base64. */
const TEXT = /^(text\/|application\/(json|xml|javascript)\b)/i;

type Arrival = { readonly body: Buffer; readonly requestId: string; readonly at: Date };

/**
 * A request as an HTTP API hands it to a function (payload format 2.0, the `$default` stage and route). The path is
 * decoded, as API Gateway does it. Answers undefined when the path cannot be decoded.
 */
export function toHttpEvent(request: IncomingMessage, arrival: Arrival): APIGatewayProxyEventV2 | undefined {
	const [path = "/", ...rest] = (request.url ?? "/").split("?");
	const rawPath = decoded(path);
	if (rawPath === undefined) return undefined;
	const rawQueryString = rest.join("?");
	const query = queryOf(rawQueryString);
	return {
		version: "2.0",
		routeKey: "$default",
		rawPath,
		rawQueryString,
		headers: headersOf(request),
		...(request.headers.cookie !== undefined && { cookies: request.headers.cookie.split("; ") }),
		...(query !== undefined && { queryStringParameters: query }),
		requestContext: contextOf(request, rawPath, arrival),
		...bodyOf(request, arrival.body),
	};
}

function decoded(path: string): string | undefined {
	try {
		return decodeURIComponent(path);
	} catch {
		return undefined;
	}
}

function queryOf(raw: string): Record<string, string> | undefined {
	const parameters = new URLSearchParams(raw);
	if (parameters.size === 0) return undefined;
	const names = [...new Set(parameters.keys())];
	return Object.fromEntries(names.map((name) => [name, parameters.getAll(name).join(",")]));
}

function headersOf(request: IncomingMessage): Record<string, string> {
	const { cookie: _, ...headers } = request.headers;
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
	);
}

function contextOf(request: IncomingMessage, path: string, { requestId, at }: Arrival) {
	const host = request.headers.host ?? "localhost";
	return {
		accountId: "000000000000",
		apiId: "local",
		domainName: host,
		domainPrefix: host.split(".")[0] ?? host,
		http: {
			method: request.method ?? "GET",
			path,
			protocol: `HTTP/${request.httpVersion}`,
			sourceIp: request.socket.remoteAddress ?? "",
			userAgent: request.headers["user-agent"] ?? "",
		},
		requestId,
		routeKey: "$default",
		stage: "$default",
		time: at.toUTCString(),
		timeEpoch: at.getTime(),
	};
}

function bodyOf(request: IncomingMessage, body: Buffer) {
	if (body.length === 0) return { isBase64Encoded: false };
	const isText = TEXT.test(request.headers["content-type"] ?? "") && !request.headers["content-encoding"];
	return isText && isUtf8(body)
		? { body: body.toString("utf8"), isBase64Encoded: false }
		: { body: body.toString("base64"), isBase64Encoded: true };
}

/** Sends a function's answer, as API Gateway does it. */
export function sendResult(response: ServerResponse, result: APIGatewayProxyResultV2): void {
	const { statusCode = 200, headers = {}, body = "", isBase64Encoded = false, cookies } = answerOf(result);
	const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
	response.statusCode = statusCode;
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
	if (cookies) response.setHeader("set-cookie", cookies);
	if (statusCode !== 204 && statusCode !== 304) response.setHeader("content-length", bytes.length);
	response.end(bytes);
}

const answerOf = (result: APIGatewayProxyResultV2) =>
	typeof result === "string" ? { body: result, headers: { "content-type": "application/json" } } : result;
