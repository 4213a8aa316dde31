import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
	type CfnStage,
	HttpApi,
	type HttpRoute,
	HttpStage,
	LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Settings, Throttle } from "../settings.ts";
import { Concern } from "./concern.ts";
import { type Door, serverErrorShare } from "./door-metrics.ts";
import { PublicAddress } from "./public-address.ts";

/**
 * What a line of the access log says. Neither path nor query nor address: a path may name a person
 * (`/v1/profiles/email:…`), a pixel carries its event in the query, and an address is personal data as well. No more than is
 * needed to find a failure: how long answers took and how many there were CloudWatch's own metrics tell, and each byte is paid
 * for with every request.
 */
const ACCESS_LOG = {
	time: "$context.requestTimeEpoch",
	id: "$context.requestId",
	route: "$context.routeKey",
	status: "$context.status",
	error: "$context.integration.error",
};

/** The HTTP API, throttled for all sources together. CORS is the functions' own business: they know whose origins. */
export class FrontDoor extends Construct implements Door {
	readonly name = "the HTTP API";
	readonly api: HttpApi;
	readonly url: string;
	readonly metrics: Door["metrics"];
	private readonly stage: HttpStage;

	constructor(scope: Construct, id: string, settings: Settings) {
		super(scope, id);
		this.api = new HttpApi(this, "Api", {
			description: "Tutti: collector and admin API",
			createDefaultStage: false,
		});
		this.metrics = this.api;
		const logGroup = new LogGroup(this, "AccessLogs", {
			retention: settings.logRetention,
			removalPolicy: RemovalPolicy.DESTROY,
		});
		this.stage = new HttpStage(this, "Default", {
			httpApi: this.api,
			stageName: "$default",
			autoDeploy: true,
			throttle: { rateLimit: settings.throttle.requestsPerSecond, burstLimit: settings.throttle.burst },
			accessLogSettings: {
				destination: new LogGroupLogDestination(logGroup),
				format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
			},
		});
		this.url = new PublicAddress(this, "Address", { api: this.api, stage: this.stage, address: settings.address }).url;

		new Concern(this, "Failing", {
			title: "The HTTP API answers 5xx to one of a hundred requests",
			metric: serverErrorShare(this.metrics),
			threshold: 1,
			impact: "Events that sources send, or what administrators ask for, are refused.",
			runbook: "collector-is-failing",
		});
	}

	/** Lets less through by these routes of any method, each by itself: HTTP APIs know no throttle of several together. */
	throttle(routes: readonly HttpRoute[], { requestsPerSecond, burst }: Throttle): void {
		const settings = { ThrottlingRateLimit: requestsPerSecond, ThrottlingBurstLimit: burst };
		const stage = this.stage.node.defaultChild as CfnStage; // what an HttpStage makes
		stage.routeSettings = Object.fromEntries(routes.map(({ path }) => [`ANY ${path}`, settings]));
		// API Gateway refuses settings of a route that is not there yet.
		stage.node.addDependency(...routes);
	}
}
