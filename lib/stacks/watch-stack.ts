import { Aws, CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnQueryDefinition } from "aws-cdk-lib/aws-logs";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { Canary } from "../constructs/canary.ts";
import { Concern } from "../constructs/concern.ts";
import { FlowConcerns } from "../constructs/flow-concerns.ts";
import { FlowDashboard } from "../constructs/flow-dashboard.ts";
import { StageFunction } from "../constructs/stage-function.ts";
import { TraceSampling } from "../constructs/trace-sampling.ts";
import type { Settings } from "../settings.ts";
import type { ApiStack } from "./api-stack.ts";
import type { DataStack } from "./data-stack.ts";

export interface WatchStackProps extends StackProps {
	readonly settings: Settings;
	readonly data: DataStack;
	readonly api: ApiStack;
}

/**
 * Who watches: a canary, an alarm for each concern of the app, one topic that tells people, one dashboard. It looks at the other
 * stacks by weak references, so that it never stands in the way of changing what it watches.
 */
export class WatchStack extends Stack {
	constructor(scope: Construct, id: string, { settings, data, api, ...props }: WatchStackProps) {
		super(scope, id, { description: "Tutti: the canary, alarms, their routing and the dashboard", ...props });
		CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
		new Canary(this, "Canary", { data, collectorUrl: api.collectorDoor.url });
		if (settings.tracedShare > 0) new TraceSampling(this, "Traces", settings);
		new FlowConcerns(this, "Shares", { settings, pass: functionOf(this, "unify/process-events") });

		const topic = this.topicForAlarms(settings);
		const action = new SnsAction(topic);

		const alarms = concernsOf(this).map((concern) => {
			const alarm = this.alarmFor(concern);
			alarm.addAlarmAction(action);
			alarm.addOkAction(action);
			return alarm;
		});
		new FlowDashboard(this, "Flow", { data, alarms, door: api.collectorDoor });
		this.saveQueryForFailures(settings);
		new CfnOutput(this, "AlarmTopic", { value: topic.topicArn, description: "Subscribe people to this" });
	}

	/** Having a policy at all (TLS only) takes away the one that lets the account's alarms in, so it is said again. */
	private topicForAlarms({ stage }: Settings): Topic {
		const topic = new Topic(this, "Alarms", { displayName: `Tutti ${stage}: alarms`, enforceSSL: true });
		topic.addToResourcePolicy(
			new PolicyStatement({
				principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
				actions: ["sns:Publish"],
				resources: [topic.topicArn],
				conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
			}),
		);
		return topic;
	}

	/** One search through the logs of every function: where each runbook starts. */
	private saveQueryForFailures({ stage }: Settings): void {
		new CfnQueryDefinition(this, "Failures", {
			name: `tutti-${stage}/Failures`,
			logGroupNames: functionsOf(this).map((fn) => fn.logGroup.logGroupName),
			queryString: [
				"fields @timestamp, service, level, message, @message",
				'filter level in ["WARN", "ERROR"] or type = "platform.report" and record.status != "success"',
				"sort @timestamp desc",
				"limit 200",
			].join("\n| "),
		});
	}

	private alarmFor({ node, props }: Concern): Alarm {
		const name = node.path.replaceAll(/[^A-Za-z0-9]/g, "");
		const periods = props.periods ?? 1;
		return new Alarm(this, name, {
			metric: props.metric,
			threshold: props.threshold,
			evaluationPeriods: periods,
			comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
			...(props.ringsWhenSilent ? alsoWhenSilent(periods) : whenReached),
			alarmDescription: [props.title, `Impact: ${props.impact}`, `Runbook: docs/runbooks/${props.runbook}.md`].join(
				"\n",
			),
		});
	}
}

/** Where nothing happens there is no number, and that is not a fault. */
const whenReached = { treatMissingData: TreatMissingData.NOT_BREACHING };

/** Most of the periods, so that a single one does not wake anybody. */
const alsoWhenSilent = (periods: number) => ({
	treatMissingData: TreatMissingData.BREACHING,
	datapointsToAlarm: Math.floor(periods / 2) + 1,
});

const concernsOf = (scope: Construct): readonly Concern[] =>
	scope.node.root.node.findAll().filter((construct) => construct instanceof Concern);

const functionsOf = (scope: Construct): readonly StageFunction[] =>
	scope.node.root.node.findAll().filter((construct) => construct instanceof StageFunction);

function functionOf(scope: Construct, entry: string): StageFunction {
	const found = functionsOf(scope).find((fn) => fn.entry === entry);
	if (!found) throw new Error(`there is no function ${entry} to watch`);
	return found;
}
