import { describe, expect, it } from "vitest";
import { CATALOGUE, RULES } from "#contracts/bus/catalogue.ts";
import { prod, type Resource } from "./synth.ts";

const queues = () => prod().all("AWS::SQS::Queue");
const mappings = () => prod().all("AWS::Lambda::EventSourceMapping");
const busRules = () =>
	prod()
		.all("AWS::Events::Rule")
		.filter(({ Properties }) => Properties.EventPattern);
const schedules = () => prod().all("AWS::Scheduler::Schedule");

/** The logical id a reference points at: `{ "Fn::GetAtt": [id, …] }` or `{ Ref: id }`. */
const target = (reference: { "Fn::GetAtt"?: [string, string]; Ref?: string }): string =>
	reference["Fn::GetAtt"]?.[0] ?? reference.Ref ?? "";

const find = (id: string): Resource => {
	const found = prod().resources.find((resource) => resource.id === id);
	if (!found) throw new Error(`no resource ${id}`);
	return found;
};

const isDeadLetters = (id: string) =>
	/DeadLetters/.test(id) && find(id).Properties.MessageRetentionPeriod === 1_209_600;

describe("the bus", () => {
	it("is listened to by exactly the rules of the catalogue", () => {
		const listening = Object.fromEntries(
			busRules().map(({ Properties: { Description, EventPattern } }) => [
				Description,
				{
					source: EventPattern.source,
					detailType: EventPattern["detail-type"],
					...(EventPattern.detail && { detail: EventPattern.detail }),
				},
			]),
		);
		expect(listening).toEqual(RULES);
	});

	it("is listened to for details that somebody says", () => {
		for (const { Properties } of busRules()) {
			const said = (Properties.EventPattern["detail-type"] as (keyof typeof CATALOGUE)[]).map(
				(type) => CATALOGUE[type],
			);
			expect(Properties.EventPattern.source).toEqual([...new Set(said)]);
		}
	});

	it("hands each event to one queue, and to its dead letters when the queue cannot be reached", () => {
		for (const { Properties } of busRules()) {
			expect(Properties.Targets).toHaveLength(1);
			const [{ Arn, DeadLetterConfig }] = Properties.Targets;
			expect(find(target(Arn)).Type).toBe("AWS::SQS::Queue");
			expect(isDeadLetters(target(DeadLetterConfig.Arn))).toBe(true);
		}
	});
});

describe("a queue that is read", () => {
	const read = () =>
		mappings()
			.filter(({ Properties }) => !Properties.StartingPosition)
			.map((mapping) => ({ mapping, source: find(target(mapping.Properties.EventSourceArn)) }));

	it("is one of three behind a rule or the deliveries, and no other queue but dead letters exists", () => {
		const ids = read().map(({ source }) => source.id);
		expect(ids).toHaveLength(Object.keys(RULES).length + 1);
		expect(queues().filter(({ id }) => !ids.includes(id) && !isDeadLetters(id))).toEqual([]);
	});

	it("keeps what failed five times for two weeks", () => {
		for (const { source } of read()) {
			const { deadLetterTargetArn, maxReceiveCount } = source.Properties.RedrivePolicy;
			expect(maxReceiveCount).toBe(5);
			expect(isDeadLetters(target(deadLetterTargetArn))).toBe(true);
			expect(source.Properties.MessageRetentionPeriod).toBeLessThan(1_209_600);
		}
	});

	it("hides a message long enough for its function to finish, retries and window included", () => {
		for (const { mapping, source } of read()) {
			const fn = find(target(mapping.Properties.FunctionName));
			const window = mapping.Properties.MaximumBatchingWindowInSeconds ?? 0;
			expect(source.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * fn.Properties.Timeout + window);
		}
	});

	it("caps its function by the event source, and never by reserving executions", () => {
		for (const { mapping } of read()) {
			expect(mapping.Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
			expect(find(target(mapping.Properties.FunctionName)).Properties).not.toHaveProperty(
				"ReservedConcurrentExecutions",
			);
		}
	});
});

it("lets each rule, and no other, put messages into its queue and its dead letters", () => {
	for (const rule of busRules()) {
		const [{ Arn, DeadLetterConfig }] = rule.Properties.Targets;
		const reached = [Arn, DeadLetterConfig.Arn].map(target).filter((id) => find(id).Type === "AWS::SQS::Queue");
		for (const id of reached) {
			const policy = prod()
				.all("AWS::SQS::QueuePolicy")
				.find(({ Properties }) => target(Properties.Queues[0]) === id);
			expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
				expect.objectContaining({
					Effect: "Allow",
					Principal: { Service: "events.amazonaws.com" },
					Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [rule.id, "Arn"] } } },
				}),
			);
		}
	}
});

it("reports a failed message alone, not its whole batch", () => {
	expect(mappings()).toHaveLength(5);
	for (const { Properties } of mappings())
		expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
});

it("reads of the table's change feed what was newly put in the outbox, and keeps what it could not tell", () => {
	const [feed, ...others] = mappings().filter(({ Properties }) => Properties.StartingPosition);
	expect(others).toEqual([]);
	const { FilterCriteria, DestinationConfig, ...rest } = feed?.Properties ?? {};
	expect(FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
		{ eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ prefix: "OUT#" }] } } } },
	]);
	expect(isDeadLetters(target(DestinationConfig.OnFailure.Destination))).toBe(true);
	expect(rest).toMatchObject({
		StartingPosition: "TRIM_HORIZON",
		BisectBatchOnFunctionError: true,
		MaximumRetryAttempts: 30,
		MaximumRecordAgeInSeconds: 21_600,
	});
});

describe("a scheduled call that could not be made, or failed", () => {
	const invokeOf = ({ Properties }: Resource) =>
		prod()
			.all("AWS::Lambda::EventInvokeConfig")
			.find((config) => target(config.Properties.FunctionName) === target(Properties.Target.Arn))?.Properties;
	const isCanary = ({ Properties }: Resource) => Properties.Description === "watch/send-canary";

	it("is tried again, and kept among the dead letters of all whom the clock or the table's feed calls", () => {
		const kept = schedules().filter((one) => !isCanary(one));
		expect(kept).toHaveLength(4);
		const feed = mappings().find(({ Properties }) => Properties.StartingPosition);
		const letters = kept.flatMap((one) => [
			target(one.Properties.Target.DeadLetterConfig.Arn),
			target(invokeOf(one)?.DestinationConfig.OnFailure.Destination),
		]);
		letters.push(target(feed?.Properties.DestinationConfig.OnFailure.Destination));
		expect(letters.every(isDeadLetters)).toBe(true);
		expect(new Set(letters).size).toBe(1);
	});

	it("is neither where it is the canary's, whose alarm counts failures and misses calls", () => {
		const [canary, ...others] = schedules().filter(isCanary);
		expect(others).toEqual([]);
		expect(canary && invokeOf(canary)).toMatchObject({ MaximumRetryAttempts: 0 });
		expect(canary && invokeOf(canary)).not.toHaveProperty("DestinationConfig");
		expect(canary?.Properties.Target).not.toHaveProperty("DeadLetterConfig");
		expect(canary?.Properties.Target.RetryPolicy.MaximumRetryAttempts).toBe(0);
	});
});

it("calls the tick and the canary every minute, and each function by a role that may call it alone", () => {
	const every = Object.fromEntries(
		schedules().map(({ Properties }) => [Properties.Description, Properties.ScheduleExpression]),
	);
	expect(every).toEqual({
		"watch/send-canary": "rate(1 minute)",
		"segment/tick-segments": "rate(1 minute)",
		"segment/recompute-segments": "rate(5 minutes)",
		"segment/reconcile-segments": "rate(5 minutes)",
		"unify/resolve-again": "rate(5 minutes)",
	});
	for (const { Properties } of schedules()) {
		const { Arn, RoleArn, DeadLetterConfig } = Properties.Target;
		const policy = prod()
			.all("AWS::IAM::Policy")
			.find((one) => target(one.Properties.Roles[0]) === target(RoleArn));
		expect(policy?.Properties.PolicyDocument.Statement).toEqual([
			{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: Arn },
			...(DeadLetterConfig ? [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: DeadLetterConfig.Arn }] : []),
		]);
	}
});

it("has no other asynchronous edge: nobody calls a function, or is told of anything, in a way that is not looked at here", () => {
	const kinds = ["AWS::SNS::Subscription", "AWS::Pipes::Pipe", "AWS::Lambda::Url", "AWS::StepFunctions::StateMachine"];
	for (const kind of kinds) expect(prod().all(kind), kind).toEqual([]);
	for (const { Properties } of prod().all("AWS::S3::Bucket")) {
		expect(Properties).not.toHaveProperty("NotificationConfiguration");
	}
	const callers = prod()
		.all("AWS::Lambda::Permission")
		.map(({ Properties }) => Properties.Principal);
	expect(callers.length).toBeGreaterThan(0);
	expect(new Set(callers)).toEqual(new Set(["apigateway.amazonaws.com"]));
	const invoked = prod()
		.all("AWS::Lambda::EventInvokeConfig")
		.map(({ Properties }) => target(Properties.FunctionName));
	const scheduled = schedules().map(({ Properties }) => target(Properties.Target.Arn));
	expect(invoked.sort()).toEqual(scheduled.sort());
});
