import { Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import { METRICS, type MetricName } from "#contracts/metrics.ts";
import type { Metrics } from "./metrics.ts";

/**
 * The metrics of a deployed function, by Powertools: a line of the log in CloudWatch's embedded metric format, of which
 * CloudWatch makes the metric when it reads it, so that no call is made. The function (`POWERTOOLS_SERVICE_NAME`) is the
 * dimension `service`. Only `handler.ts` files may import this.
 */
export function powertoolsMetrics(namespace: string): Metrics {
	const metrics = new PowertoolsMetrics({ namespace });
	return {
		put(numbers, beside = {}) {
			// `put` only takes the names of the table, so these are they.
			for (const [name, value] of Object.entries(numbers) as [MetricName, number][]) {
				metrics.addMetric(name, METRICS[name].unit, value);
			}
			for (const [name, value] of Object.entries(beside)) metrics.addMetadata(name, String(value));
			metrics.publishStoredMetrics();
		},
	};
}
