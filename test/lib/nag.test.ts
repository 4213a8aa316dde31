import { App, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { describe, expect, it } from "vitest";
import { prod, synthesise } from "./synth.ts";

const findings = (scope: IConstruct) => {
	const { violations } = new AwsSolutionsChecks().validateScope(scope);
	return violations.flatMap(({ ruleName, violatingResources }) =>
		violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
	);
};

describe("cdk-nag, AWS Solutions", () => {
	it("finds nothing that nobody has acknowledged", () => {
		expect(findings(prod().app)).toEqual([]);
		expect(findings(synthesise({ stage: "dev" }).app)).toEqual([]);
		expect(findings(synthesise({ stage: "prod", frontDoor: "function-url" }).app)).toEqual([]);
	});

	it("looks: a bucket that anybody may reach and a wildcard are found", () => {
		const stack = new Stack(new App(), "Planted");
		new Bucket(stack, "Open");
		expect(findings(stack)).toContain("AwsSolutions-S10 Planted/Open/Resource");

		const { stacks } = synthesise({ stage: "dev" });
		const role = stacks.pipeline.collect.receiveEvents.ownRole;
		role.addToPolicy(new PolicyStatement({ actions: ["s3:*"], resources: ["*"] }));
		expect(findings(stacks.pipeline)).toEqual([
			expect.stringMatching(/^AwsSolutions-IAM5\[Action::s3:\*\] Pipeline\/Collect\//),
			expect.stringMatching(/^AwsSolutions-IAM5\[Resource::\*\] Pipeline\/Collect\//),
		]);
	});
});

it("gives for each finding that is acknowledged a reason that is one", () => {
	const reasons = prod()
		.app.node.findAll()
		.flatMap(({ node }) => node.metadata)
		.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
		.flatMap(({ data }) => Object.entries(data as Record<string, string>));
	expect(reasons.length).toBeGreaterThan(5);
	for (const [rule, reason] of reasons) expect(reason.length, rule).toBeGreaterThan(40);
});
