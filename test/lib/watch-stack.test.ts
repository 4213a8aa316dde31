import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { METRICS, type MetricName, metricsAtRest } from "#contracts/metrics.ts";
import { metricsOf } from "../../cost/idle.ts";
import { dollarsFor, MONTHLY } from "../../cost/prices.ts";
import { prod } from "./synth.ts";

type Stat = { readonly MetricStat?: { readonly Metric: Record<string, unknown> } };
type Widget = {
	readonly type: string;
	readonly properties: { readonly metrics?: readonly unknown[]; readonly markdown?: string };
};

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
			expect(Properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
		}
	});

	it("takes silence for nothing to say, but for the canary's, which is the fault itself", () => {
		const ringing = alarms().filter(({ Properties }) => Properties.TreatMissingData !== "notBreaching");
		expect(ringing.map(({ Properties }) => Properties)).toMatchObject([
			{
				Namespace: "AWS/Lambda",
				MetricName: "Errors",
				Dimensions: [{ Name: "FunctionName", Value: expect.anything() }],
				Statistic: "Sum",
				Period: 60,
				ComparisonOperator: "GreaterThanOrEqualToThreshold",
				Threshold: 1,
				EvaluationPeriods: 5,
				DatapointsToAlarm: 3,
				TreatMissingData: "breaching",
			},
		]);
		const [canary] = prod()
			.all("AWS::Lambda::Function")
			.filter((fn) => fn.Properties.Description === "watch/send-canary");
		expect(ringing[0]?.Properties.Dimensions[0].Value).toEqual({ Ref: canary?.id });
	});
});

describe("an alarm on a share", () => {
	const shares = () =>
		alarms().flatMap(({ Properties }) => {
			const [expression] = (Properties.Metrics ?? []).flatMap(({ Expression = [] }) => Expression);
			const { title } = read(Properties.AlarmDescription);
			return expression ? [{ title, expression, threshold: Properties.Threshold as number }] : [];
		});

	it("is there for what fails a little all the time", () => {
		expect(shares().map(({ title }) => title?.split(":")[0])).toEqual([
			"The HTTP API answers 5xx to one of a hundred requests",
			"The pass is failing",
			"Deliveries fail",
		]);
	});

	it("takes few for more, so that one failure among three does not wake anybody", () => {
		for (const { expression, threshold } of shares()) {
			const [, atLeast = "0"] = /^100 \* failed \/ IF\(all > (\d+), all, \1\)$/.exec(expression) ?? [];
			expect((Number(atLeast) * threshold) / 100).toBeGreaterThanOrEqual(5);
		}
	});
});

it("watches numbers that functions of ours do put, under the name of the function", () => {
	const own = prod()
		.all("AWS::CloudWatch::Alarm")
		.flatMap(({ Properties: { Metrics = [], ...alarm } }) => [
			alarm,
			...Metrics.flatMap((m: Stat) => m.MetricStat?.Metric ?? []),
		])
		.filter(({ Namespace }) => Namespace === "Tutti/prod");
	expect(own.length).toBeGreaterThan(5);
	for (const { MetricName, Dimensions } of own) {
		const { service } = METRICS[MetricName as MetricName];
		expect(Dimensions).toEqual([{ Name: "service", Value: service }]);
	}
});

describe("what watching costs when nothing happens", () => {
	it("is less than three dollars a month: a metric is paid for in the hours in which it is put", () => {
		const [looked, put] = [metricsOf(alarms()), metricsAtRest()];
		const dollars = dollarsFor(MONTHLY.alarm, looked) + dollarsFor(MONTHLY.metric, put);
		process.stdout.write(`${alarms().length} alarms on ${looked} metrics, and ours, $${dollars.toFixed(2)} a month\n`);
		expect(dollars).toBeLessThan(3);
	});

	it("is nothing for the dashboard: it shows 50 metrics at most", () => {
		const [dashboard] = prod().all("AWS::CloudWatch::Dashboard");
		const { widgets } = JSON.parse(flat(dashboard?.Properties.DashboardBody)) as { widgets: Widget[] };
		const shown = widgets.flatMap(({ properties }) => properties.metrics ?? []);
		expect(shown.length).toBeGreaterThan(30);
		expect(shown.length).toBeLessThanOrEqual(50);
	});
});

describe("the dashboard", () => {
	it("answers in order: is it up, is it late, is anything lost, who is affected, how much", () => {
		const [dashboard] = prod().all("AWS::CloudWatch::Dashboard");
		const { widgets } = JSON.parse(flat(dashboard?.Properties.DashboardBody)) as { widgets: Widget[] };
		const headings = widgets.flatMap(({ type, properties }) => (type === "text" ? [properties.markdown ?? ""] : []));
		expect(headings.map((text) => /^## \d · (?<question>.*)\n/.exec(text)?.groups?.question)).toEqual([
			"Is it up?",
			"Is it late?",
			"Is anything lost?",
			"Who is affected?",
			"How much flows, and what is billed?",
		]);
		for (const [runbook] of headings.join().matchAll(/docs\/runbooks\/[a-z-]+\.md/g))
			expect(existsSync(runbook)).toBe(true);
	});
});

/** A text with references in it, each of which becomes a word. */
const flat = (joined: { "Fn::Join": [string, unknown[]] }): string =>
	joined["Fn::Join"][1].map((part) => (typeof part === "string" ? part : "REFERENCE")).join("");

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

it("says of dead letters that several functions share what is lost by each", () => {
	const [shared] = alarms().filter(({ Properties }) =>
		/^A function gave up on a call/.test(Properties.AlarmDescription),
	);
	const { impact = "" } = read(shared?.Properties.AlarmDescription);
	for (const entry of [
		"unify/publish-changes",
		"unify/resolve-again",
		"segment/tick-segments",
		"segment/recompute-segments",
		"segment/reconcile-segments",
	]) {
		expect(impact).toMatch(new RegExp(`${entry}: [A-Z].{40,}?\\.`));
	}
	// CloudWatch takes no more
	expect(shared?.Properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
});

it("watches every dead-letter queue, for a single message", () => {
	const watched = alarms()
		.filter(
			({ Properties: { MetricName, Threshold } }) =>
				MetricName === "ApproximateNumberOfMessagesVisible" && Threshold === 1,
		)
		.map(({ Properties }) => JSON.stringify(Properties.Dimensions));
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
