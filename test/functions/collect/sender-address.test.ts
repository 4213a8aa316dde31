import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, it } from "vitest";
import { senderAddress } from "#functions/collect/receive-events/sender-address.ts";

const SENDER = "203.0.113.7";
const EDGE = "198.51.100.1";

const request = (sourceIp: string, forwarded?: string) =>
	({
		headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
		requestContext: { http: { sourceIp } },
	}) as unknown as APIGatewayProxyEventV2; // what it looks at

it.each([
	{ where: "nothing is in front", behind: false, event: request(SENDER, `10.0.0.1, ${SENDER}`) },
	{ where: "a CDN is in front", behind: true, event: request(EDGE, `${SENDER}, ${EDGE}`) },
	{ where: "the sender made up hops of his own", behind: true, event: request(EDGE, `192.0.2.1, ${SENDER}, ${EDGE}`) },
	{ where: "somebody went around the CDN", behind: true, event: request(SENDER, SENDER) },
	{ where: "no header came", behind: true, event: request(SENDER) },
])("is the sender's, when $where", ({ behind, event }) => {
	expect(senderAddress(event, behind)).toBe(SENDER);
});
