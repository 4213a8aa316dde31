import type { Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { FunctionUrl, FunctionUrlAuthType } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { Concern } from "./concern.ts";
import { type Door, type DoorMetrics, serverErrorShare } from "./door-metrics.ts";
import type { StageFunction } from "./stage-function.ts";

/**
 * A URL of a function's own, open to everybody (ADR 0023). CORS is the function's business as behind the HTTP API: were it said here as
 * well, Lambda would answer preflights itself and say every header twice. What throttles it is the concurrency that is reserved for the
 * function: Lambda answers 429 where so many copies are busy, or ten times as many requests come in a second.
 */
export class FunctionDoor extends Construct implements Door {
	readonly name = "the collector's URL";
	readonly url: string;
	readonly metrics: DoorMetrics;

	constructor(scope: Construct, id: string, fn: StageFunction) {
		super(scope, id);
		this.url = new FunctionUrl(this, "Url", { function: fn, authType: FunctionUrlAuthType.NONE }).url;
		this.metrics = metricsOf(fn);
		new Concern(this, "Failing", {
			title: "The collector's URL answers 5xx to one of a hundred requests",
			metric: serverErrorShare(this.metrics),
			threshold: 1,
			impact: "Events that sources send are refused. SDKs keep them for a while, plain servers and pixels do not.",
			runbook: "collector-is-failing",
		});
	}
}

/** Lambda counts the requests of a URL under the function's name. */
function metricsOf(fn: StageFunction): DoorMetrics {
	const of =
		(name: string, statistic: string) =>
		(look?: MetricOptions): Metric =>
			fn.metric(name, { statistic, ...look });
	return {
		metricCount: of("UrlRequestCount", "Sum"),
		metricClientError: of("Url4xxCount", "Sum"),
		metricServerError: of("Url5xxCount", "Sum"),
		metricLatency: of("UrlRequestLatency", "Average"),
	};
}
