import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { Route } from "../constructs/http-function.ts";

const TYPES = [
	"track",
	"identify",
	"page",
	"screen",
	"group",
	"alias",
	"batch",
	"import",
	"t",
	"i",
	"p",
	"s",
	"g",
	"a",
	"b",
];

const anyMethod = (path: string): Route => ({ path, methods: [HttpMethod.ANY] });

/** The collector's paths (DESIGN 4), any method: it answers preflights and wrong methods itself, in its own words. */
export const COLLECTOR_ROUTES: readonly Route[] = [
	...TYPES.map((type) => anyMethod(`/v1/${type}`)),
	anyMethod("/beacon/v1/batch"),
	anyMethod("/v1/pixel/{type}"),
	anyMethod("/v1/projects/{writeKey}/settings"),
	anyMethod("/sourceConfig"),
	anyMethod("/healthz"),
];

/** The admin API's paths: what is not listed here does not exist, so nothing can be left open by mistake. */
export const ADMIN_ROUTES: readonly Route[] = [
	{ path: "/v1/profiles/{proxy+}", methods: [HttpMethod.GET] },
	{ path: "/v1/identity/{proxy+}", methods: [HttpMethod.POST] },
	{ path: "/v1/segments/{proxy+}", methods: [HttpMethod.GET, HttpMethod.POST] },
	{ path: "/v1/definitions/{proxy+}", methods: [HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.POST] },
	{ path: "/v1/deliveries", methods: [HttpMethod.GET] },
	{ path: "/v1/deliveries/redrive", methods: [HttpMethod.POST] },
	{ path: "/v1/quarantine", methods: [HttpMethod.GET] },
	{ path: "/v1/quarantine/release", methods: [HttpMethod.POST] },
	{ path: "/v1/replays", methods: [HttpMethod.POST] },
	{ path: "/v1/events", methods: [HttpMethod.GET] },
	{ path: "/v1/trace/{messageId}", methods: [HttpMethod.GET] },
	{ path: "/v1/query", methods: [HttpMethod.POST] },
];
