import type { APIGatewayProxyEventV2 } from "aws-lambda";

/**
 * The address of whoever sent the request. Each hop adds the one that called it at the end of `X-Forwarded-For`: API Gateway
 * its caller, and a CDN in front of it the sender, one before. What stands further ahead is the sender's own word.
 */
export function senderAddress({ headers, requestContext }: APIGatewayProxyEventV2, isBehindCdn: boolean): string {
	const caller = requestContext.http.sourceIp;
	if (!isBehindCdn) return caller;
	const hops = (headers["x-forwarded-for"] ?? "").split(",").map((hop) => hop.trim());
	return hops.at(-2) || caller;
}
