import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { CallsGivenUp } from "./calls-given-up.ts";
import { Concern } from "./concern.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

/** Rows of the outbox live for a day and so does the stream: what gave up after six hours leaves eighteen to mend it. */
const GIVE_UP_AFTER = Duration.hours(6);
const BEHIND = Duration.minutes(5);

export interface OutboxConsumerProps extends StageFunctionProps {
	readonly table: ITable;
	readonly impact: string;
}

/** Reads the table's change feed, new rows of the outbox only; what the filter drops is neither called for nor billed. */
export class OutboxConsumer extends Construct {
	readonly fn: StageFunction;

	constructor(scope: Construct, id: string, { table, impact, ...props }: OutboxConsumerProps) {
		super(scope, id);
		this.fn = new StageFunction(this, "Fn", props);
		this.fn.addEventSource(
			new DynamoEventSource(table, {
				// From the very first row: nothing was promised to nobody while the pipeline was not yet there.
				startingPosition: StartingPosition.TRIM_HORIZON,
				batchSize: 100,
				filters: [
					FilterCriteria.filter({
						eventName: FilterRule.isEqual("INSERT"),
						dynamodb: { Keys: { pk: { S: FilterRule.beginsWith("OUT#") } } },
					}),
				],
				// One row that cannot be told is found by halving, and then no longer holds up the others of its shard.
				bisectBatchOnError: true,
				reportBatchItemFailures: true,
				retryAttempts: 30,
				maxRecordAge: GIVE_UP_AFTER,
				onFailure: new SqsDlq(CallsGivenUp.of(this).keep(props.entry, impact)),
			}),
		);
		acknowledge(
			this.fn.ownRole,
			"IAM5[Resource::*]",
			"dynamodb:ListStreams, which CDK grants to a stream's reader, names no resource.",
		);
		new Concern(this, "Behind", {
			title: `${props.entry} is behind`,
			metric: this.fn.metric("IteratorAge", { statistic: "Maximum", period: Duration.minutes(5) }),
			threshold: BEHIND.toMilliseconds(),
			impact,
			runbook: "outbox-is-behind",
		});
	}
}
