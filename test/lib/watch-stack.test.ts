import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prod } from "./synth.ts";

const alarms = () => prod().all("AWS::CloudWatch::Alarm");
const DESCRIPTION = /^(?<title>.{10,})\nImpact: (?<impact>.{30,})\nRunbook: (?<runbook>docs\/runbooks\/[a-z-]+\.md)$/;
const read = (description: string) => DESCRIPTION.exec(description)?.groups ?? {};

describe("every alarm", () => {
	it("says what happened, what people lose, and where to read what to do", () => {
		expect(alarms().length).toBeGreaterThan(10);
		for (const { Properties } of alarms()) {
			const { runbook = "none" } = read(Properties.AlarmDescription);
			expect(existsSync(runbook), Properties.AlarmDescription).toBe(true);
		}
	});

	it("tells people when it rings and when it is over", () => {
		const topic = [{ Ref: prod().all("AWS::SNS::Topic")[0]?.id }];
		for (const { Properties } of alarms()) {
			expect(Properties).toMatchObject({ AlarmActions: topic, OKActions: topic, TreatMissingData: "notBreaching" });
		}
	});
});

it("lets CloudWatch in to its topic, and nobody else", () => {
	const [policy] = prod().all("AWS::SNS::TopicPolicy");
	const allowed = policy?.Properties.PolicyDocument.Statement.filter(
		({ Effect }: { Effect: string }) => Effect === "Allow",
	);
	expect(allowed).toMatchObject([
		{
			Action: "sns:Publish",
			Principal: { Service: "cloudwatch.amazonaws.com" },
			Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
		},
	]);
});

it("has a page for each alarm and no page that no alarm leads to", () => {
	const led = new Set(alarms().map(({ Properties }) => read(Properties.AlarmDescription).runbook));
	const pages = readdirSync("docs/runbooks").filter((name) => name !== "README.md");
	expect([...led].sort()).toEqual(pages.map((name) => `docs/runbooks/${name}`).sort());
});

it("watches every dead-letter queue, for a single message", () => {
	const watched = alarms()
		.filter(
			({ Properties: { MetricName, Threshold } }) =>
				MetricName === "ApproximateNumberOfMessagesVisible" && Threshold === 1,
		)
		.map(({ Properties }) => Properties.Dimensions[0].Value["Fn::GetStackOutput"].OutputName);
	const deadLetters = prod()
		.all("AWS::SQS::Queue")
		.filter(({ id }) => /DeadLetters/.test(id));
	expect(deadLetters.length).toBeGreaterThan(0);
	expect(watched).toHaveLength(deadLetters.length);
	for (const { id } of deadLetters) expect(watched.some((name) => name.includes(id))).toBe(true);
});

it("watches how far each archive is behind, and says which one it is", () => {
	const late = alarms().filter(({ Properties }) => Properties.MetricName === "DeliveryToS3.DataFreshness");
	const titles = late.map(({ Properties }) => read(Properties.AlarmDescription).title);
	expect(titles.sort()).toEqual(["The archive is late", "The archive of identities is late"]);
	const watched = late.map(({ Properties }) => JSON.stringify(Properties.Dimensions));
	expect(new Set(watched).size).toBe(prod().all("AWS::KinesisFirehose::DeliveryStream").length);
});

it("stands in nobody's way: it refers to other stacks weakly", () => {
	const text = JSON.stringify(prod().resources.filter(({ stack }) => stack === "Watch"));
	expect(text).toContain("Fn::GetStackOutput");
	expect(text).not.toContain("Fn::ImportValue");
});

it("draws every function on the dashboard", () => {
	const [dashboard] = prod().all("AWS::CloudWatch::Dashboard");
	const body = JSON.stringify(dashboard?.Properties.DashboardBody);
	for (const { Properties } of prod().all("AWS::Lambda::Function")) expect(body).toContain(Properties.Description);
});

it("searches the logs of every function with one saved query", () => {
	const [query] = prod().all("AWS::Logs::QueryDefinition");
	expect(query?.Properties.LogGroupNames).toHaveLength(prod().all("AWS::Lambda::Function").length);
});
