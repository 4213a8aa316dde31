import { Aws, type Duration } from "aws-cdk-lib";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetterConcern, deadLetterQueue } from "./queue-worker.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

export interface ScheduledFunctionProps extends StageFunctionProps {
	/** Whole minutes. */
	readonly every: Duration;
	readonly impact: string;
}

/**
 * A function that the clock calls (EventBridge Scheduler). A call that fails is tried twice more, then waits among the dead
 * letters; so does one that could not be made.
 */
export class ScheduledFunction extends Construct {
	readonly fn: StageFunction;
	readonly deadLetters: Queue;

	constructor(scope: Construct, id: string, { every, impact, ...props }: ScheduledFunctionProps) {
		super(scope, id);
		const deadLetters = deadLetterQueue(this, "DeadLetters");
		this.deadLetters = deadLetters;
		this.fn = new StageFunction(this, "Fn", props);
		this.fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: every, onFailure: new SqsDestination(deadLetters) });
		new CfnSchedule(this, "Schedule", {
			description: props.entry,
			scheduleExpression: `rate(${every.toMinutes()} minute${every.toMinutes() === 1 ? "" : "s"})`,
			flexibleTimeWindow: { mode: "OFF" },
			target: {
				arn: this.fn.functionArn,
				roleArn: this.callerOf(deadLetters).roleArn,
				deadLetterConfig: { arn: deadLetters.queueArn },
				retryPolicy: { maximumEventAgeInSeconds: every.toSeconds(), maximumRetryAttempts: 2 },
			},
		});
		deadLetterConcern(this, { entry: props.entry, deadLetters, impact });
	}

	/** Whom Scheduler calls as: it may call this function, and say of a call that could not be made that it could not. */
	private callerOf(deadLetters: Queue): Role {
		const role = new Role(this, "Caller", {
			assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
				conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
			}),
		});
		const allow = (action: string, resource: string) =>
			role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources: [resource] }));
		allow("lambda:InvokeFunction", this.fn.functionArn);
		allow("sqs:SendMessage", deadLetters.queueArn);
		return role;
	}
}
