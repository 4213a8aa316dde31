import type { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";

export interface ShareProps {
	readonly failed: IMetric;
	readonly all: IMetric;
	/** Fewer than these are taken for as many, so that one failure among three is not a third. */
	readonly atLeast: number;
	readonly period: Duration;
	readonly label: string;
}

/** How many of a hundred failed. An alarm on it counts two metrics, and is billed as two. */
export const shareOf = ({ failed, all, atLeast, ...rest }: ShareProps): MathExpression =>
	new MathExpression({
		expression: `100 * failed / IF(all > ${atLeast}, all, ${atLeast})`,
		usingMetrics: { failed, all },
		...rest,
	});
