import { Duration } from "aws-cdk-lib";
import { type Alarm, AlarmStatusWidget, Dashboard, type IWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { DataStack } from "../stacks/data-stack.ts";
import { CallsGivenUp } from "./calls-given-up.ts";
import { HOW_MUCH, IS_ANYTHING_LOST, IS_IT_LATE, IS_IT_UP, WHO_IS_AFFECTED } from "./dashboard-questions.ts";
import { howMuch, theWay, whoIsAffected } from "./dashboard-traffic.ts";
import { A_MINUTE, awsMetric, FULL, graph, PERIOD } from "./dashboard-widgets.ts";
import type { Door } from "./door-metrics.ts";
import { ownMetric } from "./own-metric.ts";
import { QueueWorker } from "./queue-worker.ts";
import { StageFunction } from "./stage-function.ts";

export interface FlowDashboardProps {
	readonly data: DataStack;
	/** By which senders come in. */
	readonly door: Door;
	readonly alarms: readonly Alarm[];
}

/**
 * One page for whoever was woken, in the order of what he asks: is it up, is it late, is anything lost, who is affected, how
 * much flows and what does it cost. Each row says what is normal. With at most 50 metrics it is free (docs/slo.md).
 */
export class FlowDashboard extends Construct {
	private readonly functions: readonly StageFunction[];
	private readonly workers: readonly QueueWorker[];

	constructor(scope: Construct, id: string, props: FlowDashboardProps) {
		super(scope, id);
		const everything = scope.node.root.node.findAll();
		this.functions = everything.filter((construct) => construct instanceof StageFunction);
		this.workers = everything.filter((construct) => construct instanceof QueueWorker);
		new Dashboard(this, "Dashboard", {
			defaultInterval: Duration.hours(12),
			widgets: [
				[new AlarmStatusWidget({ title: "Alarms", alarms: [...props.alarms], width: FULL, height: 4 })],
				[IS_IT_UP],
				this.isItUp(props),
				[IS_IT_LATE],
				this.isItLate(props),
				[IS_ANYTHING_LOST],
				this.isAnythingLost(props),
				[WHO_IS_AFFECTED],
				whoIsAffected(this.functions),
				[HOW_MUCH],
				howMuch(props.data, this.workers),
			],
		});
	}

	private isItUp({ door: { name, metrics } }: FlowDashboardProps): IWidget[] {
		return [
			graph("Requests a minute", [
				metrics.metricCount({ label: "all", statistic: "Sum", period: A_MINUTE }),
				metrics.metricClientError({ label: "4xx: refused, or too many", statistic: "Sum", period: A_MINUTE }),
				metrics.metricServerError({ label: "5xx: our fault", statistic: "Sum", period: A_MINUTE }),
			]),
			theWay(this.functions),
			graph(`Until ${name} answers, p99, milliseconds`, [
				metrics.metricLatency({ label: "p99", statistic: "p99", period: PERIOD }),
			]),
		];
	}

	private isItLate({ data: { settings, archive } }: FlowDashboardProps): IWidget[] {
		const freshness = (label: string, { name }: { readonly name: string }) =>
			awsMetric(
				{ namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: name } },
				{ metricName: "DeliveryToS3.DataFreshness", label, statistic: "Maximum" },
			);
		return [
			graph(
				"Age of the oldest message, seconds",
				this.workers.map(({ fn, queue }) =>
					queue.metricApproximateAgeOfOldestMessage({ label: fn.entry, period: PERIOD }),
				),
				{ value: 900, label: "alarm" },
			),
			graph(
				"Segments: how long somebody is overdue, seconds",
				[ownMetric(settings, "TickBehindSeconds", { statistic: "Maximum", period: PERIOD, label: "overdue" })],
				{ value: 120, label: "objective" },
			),
			graph(
				"The archive: how old what waits is, seconds",
				[freshness("events", archive.stream), freshness("who is who", archive.identityStream)],
				{ value: 1200, label: "alarm" },
			),
		];
	}

	private isAnythingLost({ data: { settings } }: FlowDashboardProps): IWidget[] {
		return [
			graph(
				"Dead letters",
				this.deadLetters().map(({ entry, queue }) =>
					queue.metricApproximateNumberOfMessagesVisible({ label: entry, statistic: "Maximum", period: PERIOD }),
				),
				{ value: 1, label: "alarm" },
			),
			graph(
				"Failed calls",
				this.functions.map((fn) => fn.metricErrors({ label: fn.entry, period: PERIOD })),
			),
			graph("Events set aside, and events the archive lacks", [
				ownMetric(settings, "EventsSetAside", { statistic: "Sum", period: PERIOD, label: "in quarantine" }),
				ownMetric(settings, "CanaryUnarchived", {
					statistic: "Maximum",
					period: PERIOD,
					label: "canary's, not archived",
				}),
			]),
		];
	}

	private deadLetters(): { readonly entry: string; readonly queue: Queue }[] {
		const all = this.node.root.node.findAll();
		return [
			...this.workers.map(({ fn, deadLetters: queue }) => ({ entry: fn.entry, queue })),
			...all.filter((one) => one instanceof CallsGivenUp).map(({ queue }) => ({ entry: "no queue's", queue })),
		];
	}
}
