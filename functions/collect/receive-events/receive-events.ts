import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { SharedRates } from "#domain/collect/shared-rates.ts";
import type { Sources } from "#domain/model/definitions.ts";
import { type HttpAnswer, jsonAnswer } from "#functions/shared/http-answer.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { securityHeaders } from "#functions/shared/security-headers.ts";
import { type CollectorDeps, collect } from "./collect.ts";
import { cors, PREFLIGHT_HEADERS } from "./cors.ts";
import { type Gate, gates } from "./gate.ts";
import { rateLimit } from "./rate-limit.ts";
import { readKey } from "./read-key.ts";
import { readBody, readPixel } from "./read-text.ts";
import { isRefusal, type Refusal, refusalAnswer } from "./refusal.ts";
import { findRoute, methodOf, type Route } from "./routes.ts";
import { rudderSourceConfig, segmentSettings } from "./sdk-settings.ts";

export type ReceiveDeps = Omit<CollectorDeps, "openGate"> & {
	readonly definitions: Sources;
	readonly rates: SharedRates;
};

/**
 * The collector (DESIGN 4): takes what SDKs send over HTTP, answers event by event, and puts what it accepted on the bus
 * before it says so. Whatever a request holds, the answer is no 5xx; 503 means that the bus or the definitions are away.
 */
export function receiveEvents({ definitions, rates, ...deps }: ReceiveDeps) {
	const limit = rateLimit({ ...deps, rates });
	const openGate = gates({ ...deps, definitions, limit });
	const collector = { ...deps, openGate };
	return middy<APIGatewayProxyEventV2, HttpAnswer>()
		.use(securityHeaders())
		.use(cors(openGate))
		.use(unforeseen(deps.log))
		.handler(async (event) => {
			const answer = await receive(event, collector);
			await limit.settled();
			if (!isRefusal(answer)) return answer;
			deps.log.warn("a request was refused", { code: answer.code, requestId: event.requestContext.requestId });
			return refusalAnswer(answer);
		});
}

/** What nobody foresaw: the sender may try again, and whoever reads the log sees where it happened. */
const unforeseen = (log: Log): MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> => ({
	onError: (request) => {
		log.error("something unforeseen happened", {
			requestId: request.event.requestContext.requestId,
			...describeError(request.error),
		});
		request.response = refusalAnswer({ code: "internal_error" });
	},
});

async function receive(event: APIGatewayProxyEventV2, deps: CollectorDeps): Promise<HttpAnswer | Refusal> {
	const route = findRoute(event.rawPath);
	if (!route) return { code: "not_found" };
	const { method } = event.requestContext.http;
	if (method === "OPTIONS") return preflight(event, await deps.openGate());
	if (method !== methodOf(route)) return { code: "method_not_allowed", allow: `${methodOf(route)}, OPTIONS` };
	return answerTo(route, event, deps);
}

async function answerTo(route: Route, event: APIGatewayProxyEventV2, deps: CollectorDeps) {
	switch (route.kind) {
		case "collect": {
			const isStrict = event.headers["x-strict-mode"] === "1";
			const answer = await collect(event, { call: route.call, read: () => readBody(event), isStrict }, deps);
			return isRefusal(answer) ? answer : jsonAnswer(200, answer);
		}
		case "pixel": {
			// A picture cannot say what was rejected, so a pixel is always strict: it comes when its event is accepted.
			const read = () => readPixel(event.queryStringParameters?.data);
			const answer = await collect(event, { call: route.type, read, isStrict: true }, deps);
			return isRefusal(answer) ? answer : PIXEL;
		}
		case "settings": {
			const source = (await deps.openGate()).find(route.writeKey, event.headers.origin);
			if (isRefusal(source)) return source;
			return source.enabled
				? jsonAnswer(200, segmentSettings(route.writeKey, event))
				: { code: "source_disabled" as const };
		}
		case "source-config": {
			const source = (await deps.openGate()).find(readKey(event), event.headers.origin);
			return isRefusal(source) ? source : jsonAnswer(200, rudderSourceConfig(source));
		}
		case "health":
			return jsonAnswer(200, { status: "ok" });
	}
}

function preflight({ headers: { origin } }: APIGatewayProxyEventV2, gate: Gate): HttpAnswer | Refusal {
	if (origin === undefined || !gate.knows(origin)) return { code: "origin_not_allowed" };
	return { statusCode: 204, headers: PREFLIGHT_HEADERS };
}

/** The smallest transparent GIF, never cached: every load of it is an event. */
const PIXEL: HttpAnswer = {
	statusCode: 200,
	headers: { "content-type": "image/gif", "cache-control": "no-store" },
	body: "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
	isBase64Encoded: true,
};
