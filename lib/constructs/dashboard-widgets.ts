import { Duration } from "aws-cdk-lib";
import {
	GraphWidget,
	type IMetric,
	type IWidget,
	LogQueryVisualizationType,
	LogQueryWidget,
	Metric,
	TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { StageFunction } from "./stage-function.ts";

export const FULL = 24;
const THIRD = 8;
const HEIGHT = 6;
export const PERIOD = Duration.minutes(5);
export const A_MINUTE = Duration.minutes(1);

/** A heading with the question that its row answers, and what is normal. */
export const question = (title: string, answer: string, height = 2): IWidget =>
	new TextWidget({ markdown: `## ${title}\n${answer}`, width: FULL, height });

/** Lines over time; `limit` is drawn where it is no longer all right. */
export const graph = (title: string, left: IMetric[], limit?: { value: number; label: string }): IWidget =>
	new GraphWidget({
		title,
		left,
		width: THIRD,
		height: HEIGHT,
		leftYAxis: { min: 0, showUnits: false },
		...(limit && { leftAnnotations: [{ ...limit, color: "#d62728" }] }),
	});

/** What is counted from what functions logged, as a table. Whoever opens the dashboard pays for the reading: half a cent a gigabyte. */
export const counted = (
	title: string,
	functions: readonly StageFunction[],
	lines: readonly string[],
	view = LogQueryVisualizationType.TABLE,
): IWidget =>
	new LogQueryWidget({
		title,
		view,
		logGroupNames: functions.map((fn) => fn.logGroup.logGroupName),
		queryLines: [...lines],
		width: THIRD,
		height: HEIGHT,
	});

type Of = { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>> };
type Seen = {
	readonly metricName: string;
	readonly label: string;
	readonly statistic?: string;
	readonly period?: Duration;
};

/** A metric that AWS itself counts of a resource which has no method for it. */
export const awsMetric = (
	{ namespace, dimensions }: Of,
	{ statistic = "Sum", period = PERIOD, ...seen }: Seen,
): IMetric => new Metric({ namespace, dimensionsMap: { ...dimensions }, statistic, period, ...seen });
