import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { generateShop } from "#demo/shop.ts";

/** Requests as API Gateway would hand them over: the demo shop's messages, `size` to a batch, every twentieth one bad. */
export function requests(count: number, size: number): APIGatewayProxyEventV2[] {
	const { events } = generateShop({ customers: 600, now: new Date("2026-11-20T00:00:00Z") });
	return Array.from({ length: count }, (_, at) => {
		const batch = Array.from({ length: size }, (_unused, index) => {
			const { message } = events[(at * size + index) % events.length] ?? {};
			return (at * size + index) % 20 === 7 ? { ...message, userId: undefined, anonymousId: undefined } : message;
		});
		return request(JSON.stringify({ batch, sentAt: "2026-11-20T00:00:01.000Z" }));
	});
}

/** One POST to `/v1/batch` with the demo workspace's secret key, in the documented shape of an HTTP API event 2.0. */
function request(body: string): APIGatewayProxyEventV2 {
	return {
		version: "2.0",
		routeKey: "POST /v1/batch",
		rawPath: "/v1/batch",
		rawQueryString: "",
		headers: {
			authorization: `Basic ${Buffer.from("sk_demo_server:").toString("base64")}`,
			"content-type": "application/json",
			"user-agent": "bench",
		},
		requestContext: {
			accountId: "123456789012",
			apiId: "bench",
			domainName: "bench.execute-api.eu-west-1.amazonaws.com",
			domainPrefix: "bench",
			http: { method: "POST", path: "/v1/batch", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
			requestId: "bench",
			routeKey: "POST /v1/batch",
			stage: "$default",
			time: "20/Nov/2026:00:00:01 +0000",
			timeEpoch: 1795132801000,
		},
		body,
		isBase64Encoded: false,
	};
}
