import { describe, expect, it } from "vitest";
import { prod, synthesise } from "./synth.ts";

const tableOf = ({ all }: Pick<ReturnType<typeof synthesise>, "all">) => all("AWS::DynamoDB::Table")[0]?.Properties;

describe("the table's capacity", () => {
	it("is billed by the request when nothing is said", () => {
		expect(tableOf(prod())).toMatchObject({ BillingMode: "PAY_PER_REQUEST" });
		expect(prod().all("AWS::ApplicationAutoScaling::ScalableTarget")).toEqual([]);
	});

	it("stands ready and grows with what is used of it, when its bounds are said", () => {
		const app = synthesise({ stage: "prod", provisioned: "reads:20-2000,writes:100-4000" });
		expect(tableOf(app)).toMatchObject({
			ProvisionedThroughput: { ReadCapacityUnits: 20, WriteCapacityUnits: 100 },
		});
		const targets = app.all("AWS::ApplicationAutoScaling::ScalableTarget").map(({ Properties }) => Properties);
		expect(targets).toMatchObject([
			{ MinCapacity: 20, MaxCapacity: 2000, ScalableDimension: "dynamodb:table:ReadCapacityUnits" },
			{ MinCapacity: 100, MaxCapacity: 4000, ScalableDimension: "dynamodb:table:WriteCapacityUnits" },
		]);
		for (const { Properties } of app.all("AWS::ApplicationAutoScaling::ScalingPolicy")) {
			expect(Properties.TargetTrackingScalingPolicyConfiguration.TargetValue).toBe(70);
		}
	});

	it.each(["20-2000", "reads:0-1,writes:1-2", "reads:5-1,writes:1-2"])("cannot be said as %s", (provisioned) => {
		expect(() => synthesise({ stage: "prod", provisioned })).toThrow("say it like reads:20-2000,writes:100-4000");
	});
});
