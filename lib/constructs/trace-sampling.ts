import { Stack } from "aws-cdk-lib";
import { CfnSamplingRule } from "aws-cdk-lib/aws-xray";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

/** Before the account's default rule, which traces a request a second and a twentieth of the others. */
const PRIORITY = 100;

/**
 * How many of our calls X-Ray is to follow (ADR 0020). Nothing is reserved: a rule's reservoir is a number of traces a second,
 * which costs the same when there is little traffic. The rule is for functions of this installation only.
 */
export class TraceSampling extends Construct {
	constructor(scope: Construct, id: string, { stage, tracedShare }: Settings) {
		super(scope, id);
		new CfnSamplingRule(this, "Rule", {
			samplingRule: {
				version: 1,
				ruleName: `tutti-${stage}`,
				priority: PRIORITY,
				fixedRate: tracedShare,
				reservoirSize: 0,
				// Functions' names begin with their stack's.
				serviceName: `${Stack.of(this).stackName.replace(/-[^-]*$/, "")}-*`,
				serviceType: "*",
				host: "*",
				httpMethod: "*",
				urlPath: "*",
				resourceArn: "*",
			},
		});
	}
}
