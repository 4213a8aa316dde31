import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { shareOf } from "./share-of.ts";

/** What CloudWatch counts at a door, whoever counts it there; the HTTP API has it already. */
export type DoorMetrics = Pick<HttpApi, "metricCount" | "metricClientError" | "metricServerError" | "metricLatency">;

/** Where senders come in, and what is counted there. */
export type Door = {
	/** As a graph calls it: "the HTTP API". */
	readonly name: string;
	readonly url: string;
	readonly metrics: DoorMetrics;
};

const PERIOD = Duration.minutes(5);

/** How many of a hundred requests a door answers 5xx. */
export const serverErrorShare = (door: DoorMetrics): MathExpression =>
	shareOf({
		failed: door.metricServerError({ statistic: "Sum", period: PERIOD }),
		all: door.metricCount({ statistic: "Sum", period: PERIOD }),
		atLeast: 500,
		period: PERIOD,
		label: "5xx, %",
	});
