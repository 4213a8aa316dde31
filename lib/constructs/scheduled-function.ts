import type { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Construct } from "constructs";
import { deadLetterConcern, deadLetterQueue } from "./queue-worker.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

export interface ScheduledFunctionProps extends StageFunctionProps {
	readonly every: Duration;
	readonly impact: string;
}

/** A function that the clock calls. A call that fails is tried twice more, then waits among the dead letters. */
export class ScheduledFunction extends Construct {
	readonly fn: StageFunction;

	constructor(scope: Construct, id: string, { every, impact, ...props }: ScheduledFunctionProps) {
		super(scope, id);
		const deadLetters = deadLetterQueue(this, "DeadLetters");
		this.fn = new StageFunction(this, "Fn", props);
		this.fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: every, onFailure: new SqsDestination(deadLetters) });
		new Rule(this, "Rule", {
			description: props.entry,
			schedule: Schedule.rate(every),
			targets: [new LambdaFunction(this.fn, { deadLetterQueue: deadLetters, maxEventAge: every })],
		});
		deadLetterConcern(this, { entry: props.entry, deadLetters, impact });
	}
}
