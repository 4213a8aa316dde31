import type { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { METRICS, type MetricName } from "#contracts/metrics.ts";
import type { Settings } from "../settings.ts";

type Look = { readonly statistic: string; readonly period: Duration; readonly label?: string };

/** A number that a function of ours puts (`contracts/metrics.ts`), as CloudWatch has it. */
export const ownMetric = ({ metricsNamespace }: Settings, metricName: MetricName, look: Look): Metric =>
	new Metric({
		namespace: metricsNamespace,
		metricName,
		dimensionsMap: { service: METRICS[metricName].service },
		...look,
	});
