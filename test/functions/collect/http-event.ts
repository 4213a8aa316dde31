import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

export type HttpRequest = {
	readonly method?: string;
	readonly path: string;
	readonly query?: Record<string, string>;
	/** Lower-case names, as API Gateway gives them. */
	readonly headers?: Record<string, string>;
	/** Text as it is; bytes go through base64, as API Gateway sends what is not text. */
	readonly body?: string | Uint8Array;
};

/** A request as an HTTP API hands it to a function (payload format 2.0). */
export function httpEvent({ method = "POST", path, query, headers = {}, body }: HttpRequest): APIGatewayProxyEventV2 {
	const isText = typeof body === "string" || body === undefined;
	return {
		version: "2.0",
		routeKey: "$default",
		rawPath: path,
		rawQueryString: new URLSearchParams(query).toString(),
		headers: { host: "collect.example", "x-forwarded-proto": "https", ...headers },
		...(query && { queryStringParameters: query }),
		requestContext: {
			accountId: "111111111111",
			apiId: "api",
			domainName: "collect.example",
			domainPrefix: "collect",
			http: {
				method,
				path,
				protocol: "HTTP/1.1",
				sourceIp: "192.0.2.7",
				userAgent: headers["user-agent"] ?? "a browser",
			},
			requestId: "request-1",
			routeKey: "$default",
			stage: "$default",
			time: "09/Oct/2026:08:53:20 +0000",
			timeEpoch: 1_791_536_000_000,
		},
		...(body !== undefined && { body: isText ? body : Buffer.from(body).toString("base64") }),
		isBase64Encoded: !isText,
	};
}

/** `Authorization` for a write key, as SDKs send it. */
export const basic = (key: string): { authorization: string } => ({
	authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}`,
});

export const gzipped = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
