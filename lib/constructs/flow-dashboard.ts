import { Duration } from "aws-cdk-lib";
import {
	type Alarm,
	AlarmStatusWidget,
	Dashboard,
	GraphWidget,
	type IMetric,
	type IWidget,
} from "aws-cdk-lib/aws-cloudwatch";
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
		new Dashboard(this, "Dashboard", {
			defaultInterval: Duration.hours(12),
			widgets: [
				[new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: FULL, height: 4 })],
				ofFunctions(functions),
				ofQueues(workers),
			],
		});
	}
}

const PERIOD = Duration.minutes(5);

const ofFunctions = (functions: readonly StageFunction[]): IWidget[] => {
	const each = (title: string, metric: (fn: StageFunction, label: string) => IMetric) =>
		graph(
			title,
			functions.map((fn) => metric(fn, fn.entry)),
		);
	return [
		each("Calls", (fn, label) => fn.metricInvocations({ label, period: PERIOD })),
		each("Failed calls", (fn, label) => fn.metricErrors({ label, period: PERIOD })),
		each("Duration, p99, milliseconds", (fn, label) => fn.metricDuration({ label, statistic: "p99", period: PERIOD })),
		each("Throttled calls", (fn, label) => fn.metricThrottles({ label, period: PERIOD })),
	];
};

const ofQueues = (workers: readonly QueueWorker[]): IWidget[] => [
	graph(
		"Age of the oldest message, seconds",
		workers.map(({ fn, queue }) => queue.metricApproximateAgeOfOldestMessage({ label: fn.entry, period: PERIOD })),
	),
	graph(
		"Dead letters",
		workers.map(({ fn, deadLetters }) =>
			deadLetters.metricApproximateNumberOfMessagesVisible({ label: fn.entry, period: PERIOD }),
		),
	),
];

const graph = (title: string, left: IMetric[]): IWidget => new GraphWidget({ title, left, width: HALF });
