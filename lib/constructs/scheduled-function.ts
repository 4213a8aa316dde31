import { Aws, type Duration } from "aws-cdk-lib";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { CallsGivenUp } from "./calls-given-up.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

export interface ScheduledFunctionProps extends StageFunctionProps {
	/** Whole minutes. */
	readonly every: Duration;
	/**
	 * What people lose while it is not called, or fails: a call that does is tried twice more, then waits among the dead letters, and rings;
	 * so does one that could not be made. `"rings itself"`: an alarm counts its failures and misses its calls, and none is tried again or kept.
	 */
	readonly impact: string | "rings itself";
}

/** A function that the clock calls (EventBridge Scheduler). */
export class ScheduledFunction extends Construct {
	readonly fn: StageFunction;

	constructor(scope: Construct, id: string, { every, impact, ...props }: ScheduledFunctionProps) {
		super(scope, id);
		const letters = impact === "rings itself" ? undefined : CallsGivenUp.of(this).keep(props.entry, impact);
		const retries = letters ? 2 : 0;
		this.fn = new StageFunction(this, "Fn", props);
		this.fn.configureAsyncInvoke({
			retryAttempts: retries,
			maxEventAge: every,
			...(letters && { onFailure: new SqsDestination(letters) }),
		});
		new CfnSchedule(this, "Schedule", {
			description: props.entry,
			scheduleExpression: `rate(${every.toMinutes()} minute${every.toMinutes() === 1 ? "" : "s"})`,
			flexibleTimeWindow: { mode: "OFF" },
			target: {
				arn: this.fn.functionArn,
				roleArn: this.callerWith(letters).roleArn,
				...(letters && { deadLetterConfig: { arn: letters.queueArn } }),
				retryPolicy: { maximumEventAgeInSeconds: every.toSeconds(), maximumRetryAttempts: retries },
			},
		});
	}

	/** Whom Scheduler calls as: it may call this function, and say of a call that could not be made that it could not. */
	private callerWith(letters: Queue | undefined): Role {
		const role = new Role(this, "Caller", {
			assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
				conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
			}),
		});
		const allow = (action: string, resource: string) =>
			role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources: [resource] }));
		allow("lambda:InvokeFunction", this.fn.functionArn);
		if (letters) allow("sqs:SendMessage", letters.queueArn);
		return role;
	}
}
