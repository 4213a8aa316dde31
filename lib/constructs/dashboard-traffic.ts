import { type IWidget, LogQueryVisualizationType } from "aws-cdk-lib/aws-cloudwatch";
import type { DataStack } from "../stacks/data-stack.ts";
import { A_MINUTE, awsMetric, counted, graph } from "./dashboard-widgets.ts";
import { ownMetric } from "./own-metric.ts";
import type { QueueWorker } from "./queue-worker.ts";
import type { StageFunction } from "./stage-function.ts";

/** Which senders and which destinations: from the logs, which name both, and never a person. */
export function whoIsAffected(functions: readonly StageFunction[]): IWidget[] {
	const logsOf = (stage: string) => functions.filter(({ entry }) => entry.startsWith(`${stage}/`));
	return [
		counted("Requests refused, by why", logsOf("collect"), [
			'filter message = "a request was refused"',
			"stats count(*) as requests by code",
			"sort requests desc",
		]),
		counted("Events rejected, by source", logsOf("collect"), [
			'filter message = "events were rejected"',
			"stats sum(rejected) as events by source",
			"sort events desc",
		]),
		counted("Deliveries set aside, by destination", logsOf("activate"), [
			'filter message = "a delivery was set aside"',
			"stats count(*) as deliveries by destinationId, reason",
			"sort deliveries desc",
		]),
	];
}

/** How long the canary's events took that were timed, four an hour: from the log, as a metric is paid for in each hour it is put in. */
export const theWay = (functions: readonly StageFunction[]): IWidget =>
	counted(
		"The canary's way, milliseconds (objective: 30,000)",
		functions.filter(({ entry }) => entry === "watch/send-canary"),
		[
			'filter message = "the canary was timed"',
			"stats pct(readableMs, 50) as median, max(readableMs) as longest by bin(1h)",
		],
		LogQueryVisualizationType.LINE,
	);

/** What goes through, stage by stage, and what AWS bills most of it by. */
export function howMuch({ settings, items, archive }: DataStack, workers: readonly QueueWorker[]): IWidget[] {
	const deliveries = (name: "DeliveryAttempts" | "FailedDeliveryAttempts" | "DeliveriesSetAside", label: string) =>
		ownMetric(settings, name, { statistic: "Sum", period: A_MINUTE, label });
	const table = { namespace: "AWS/DynamoDB", dimensions: { TableName: items.tableName } };
	const stream = { namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: archive.stream.name } };
	return [
		graph(
			"Messages a minute, by stage (an envelope has many events)",
			workers.map(({ fn, queue }) =>
				queue.metricNumberOfMessagesSent({ label: fn.entry, statistic: "Sum", period: A_MINUTE }),
			),
		),
		graph("Deliveries a minute", [
			deliveries("DeliveryAttempts", "attempts"),
			deliveries("FailedDeliveryAttempts", "not taken"),
			deliveries("DeliveriesSetAside", "given up"),
		]),
		graph("What is billed, in five minutes", [
			awsMetric(table, { metricName: "ConsumedWriteCapacityUnits", label: "table: write units" }),
			awsMetric(table, { metricName: "ConsumedReadCapacityUnits", label: "table: read units" }),
			awsMetric(stream, { metricName: "IncomingRecords", label: "archive: records, 5 KB each at least" }),
		]),
	];
}
