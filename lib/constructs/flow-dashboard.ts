import { Duration } from "aws-cdk-lib";
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { QueueWorker } from "./queue-worker.ts";
import { StageFunction } from "./stage-function.ts";

const HALF = 12;
const FULL = 24;

export interface FlowDashboardProps {
	readonly alarms: readonly Alarm[];
}

/** One page that answers "does it flow?": the alarms, then the work, its failures and how far each queue is behind. */
export class FlowDashboard extends Construct {
	constructor(scope: Construct, id: string, { alarms }: FlowDashboardProps) {
		super(scope, id);
		const everything = scope.node.root.node.findAll();
		const functions = everything.filter((construct) => construct instanceof StageFunction);
		const workers = everything.filter((construct) => construct instanceof QueueWorker);
		const period = Duration.minutes(5);
		const graph = (title: string, left: GraphWidget["props"]["left"]) =>
			new GraphWidget({ title, left: [...(left ?? [])], width: HALF });

		new Dashboard(this, "Dashboard", {
			defaultInterval: Duration.hours(12),
			widgets: [
				[new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: FULL, height: 4 })],
				[
					graph(
						"Calls",
						functions.map((fn) => fn.metricInvocations({ label: fn.entry, period })),
					),
					graph(
						"Failed calls",
						functions.map((fn) => fn.metricErrors({ label: fn.entry, period })),
					),
				],
				[
					graph(
						"Age of the oldest message, seconds",
						workers.map(({ fn, queue }) => queue.metricApproximateAgeOfOldestMessage({ label: fn.entry, period })),
					),
					graph(
						"Dead letters",
						workers.map(({ fn, deadLetters }) =>
							deadLetters.metricApproximateNumberOfMessagesVisible({ label: fn.entry, period }),
						),
					),
				],
				[
					graph(
						"Duration, p99, milliseconds",
						functions.map((fn) => fn.metricDuration({ label: fn.entry, statistic: "p99", period })),
					),
					graph(
						"Throttled calls",
						functions.map((fn) => fn.metricThrottles({ label: fn.entry, period })),
					),
				],
			],
		});
	}
}
