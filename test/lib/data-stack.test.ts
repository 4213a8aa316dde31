import { describe, expect, it } from "vitest";
import { prod, synthesise } from "./synth.ts";

const one = (type: string) => {
	const [found, ...others] = prod().all(type);
	expect(others).toEqual([]);
	return found?.Properties ?? {};
};

describe("the table", () => {
	it("is billed by the request, forgets what has expired and feeds new images to the outbox", () => {
		expect(one("AWS::DynamoDB::Table")).toMatchObject({
			BillingMode: "PAY_PER_REQUEST",
			KeySchema: [
				{ AttributeName: "pk", KeyType: "HASH" },
				{ AttributeName: "sk", KeyType: "RANGE" },
			],
			TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
			StreamSpecification: { StreamViewType: "NEW_IMAGE" },
		});
	});

	it("is encrypted by AWS's own key, which is what DynamoDB does when no key of the account is asked for", () => {
		expect(one("AWS::DynamoDB::Table").SSESpecification).toEqual({ SSEEnabled: false });
	});

	it("can be brought back to any second and cannot be deleted by mistake", () => {
		expect(one("AWS::DynamoDB::Table")).toMatchObject({
			PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
			DeletionProtectionEnabled: true,
		});
	});
});

describe("what is asked of the archive", () => {
	it("is bounded and encrypted by the workgroup, whatever the asker says", () => {
		expect(one("AWS::Athena::WorkGroup").WorkGroupConfiguration).toMatchObject({
			EnforceWorkGroupConfiguration: true,
			BytesScannedCutoffPerQuery: 1024 ** 4,
			ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_S3" } },
		});
	});
});

it.each(["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::IAM::Role"])(
	"tags each %s with its stage, so that bills and people can tell stages apart",
	(type) => {
		const found = prod().all(type);
		expect(found.length).toBeGreaterThan(0);
		for (const { Properties } of found) expect(Properties.Tags).toContainEqual({ Key: "tutti:stage", Value: "prod" });
	},
);

it("goes into any account and any region: its templates name neither", () => {
	const text = JSON.stringify(prod().resources);
	expect(text).toContain('"AWS::Region"');
	expect(text.match(/\b(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d\b/g) ?? []).toEqual([]);
	expect(text.match(/:\d{12}:/g) ?? []).toEqual([]);
});

describe("what must survive", () => {
	const KEPT = ["AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool"];

	it("stays when its stack is deleted, and the data stack cannot be deleted at all", () => {
		for (const type of KEPT) expect(prod().all(type)).toMatchObject([{ DeletionPolicy: "Retain" }]);
		expect(prod().stacks.data.terminationProtection).toBe(true);
		const kept = prod()
			.all("AWS::S3::Bucket")
			.filter(({ DeletionPolicy }) => DeletionPolicy === "Retain");
		expect(kept.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ""))).toEqual(["ArchiveAccessLogs", "ArchiveBucket"]);
	});

	it("goes without a trace when it was for trying out", () => {
		const dev = synthesise({ stage: "dev" });
		// Calls are followed where somebody tries things out only (ADR 0020).
		const traced = dev.all("AWS::XRay::SamplingRule");
		expect(dev.resources.length - traced.length).toBe(prod().resources.length);
		expect(dev.resources.filter(({ DeletionPolicy }) => DeletionPolicy === "Retain")).toEqual([]);
		expect(dev.stacks.data.terminationProtection).toBe(false);
	});
});

it("can stand twice in one account: no name that is given is given to both stages", () => {
	const names = (made: ReturnType<typeof synthesise>) =>
		made.resources.flatMap(({ Type, Properties }) =>
			NAMES.flatMap((name) => (typeof Properties[name] === "string" ? [`${Type} ${Properties[name]}`] : [])),
		);
	const prods = names(prod());
	const devs = names(synthesise({ stage: "dev" }));
	expect(prods).toContain("AWS::Events::EventBus tutti-prod");
	expect(devs).toHaveLength(prods.length);
	// A saved query's name is a title, and the stages of an API are its own.
	const owned = /NamedQuery|ApiGatewayV2/;
	expect(devs.filter((name) => prods.includes(name) && !owned.test(name))).toEqual([]);
});

const NAMES = [
	"Name",
	"BucketName",
	"TableName",
	"QueueName",
	"FunctionName",
	"TopicName",
	"DashboardName",
	"RoleName",
];

it.each([
	{ rows: "events", errors: "errors" },
	{ rows: "identity-changes", errors: "identity-errors" },
])("writes $rows in few compressed files, a folder a UTC day, and what fails beside them", ({ rows, errors }) => {
	const streams = prod().all("AWS::KinesisFirehose::DeliveryStream");
	expect(streams).toHaveLength(2);
	const written = streams.find(({ Properties }) =>
		Properties.ExtendedS3DestinationConfiguration.Prefix.startsWith(`${rows}/`),
	);
	expect(written?.Properties.DeliveryStreamEncryptionConfigurationInput).toEqual({ KeyType: "AWS_OWNED_CMK" });
	expect(written?.Properties.ExtendedS3DestinationConfiguration).toMatchObject({
		Prefix: `${rows}/day=!{timestamp:yyyy-MM-dd}/`,
		ErrorOutputPrefix: `${errors}/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
		CustomTimeZone: "UTC",
		CompressionFormat: "GZIP",
		BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 300 },
	});
});

it("makes the vault's key itself, under the name that functions are told", () => {
	expect(one("AWS::SecretsManager::Secret")).toMatchObject({
		Name: "tutti/prod/vault",
		GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
	});
});

it.each(["AWS::SQS::Queue", "AWS::SNS::Topic"])("%s is open over TLS only", (type) => {
	const policyType = type === "AWS::SQS::Queue" ? "AWS::SQS::QueuePolicy" : "AWS::SNS::TopicPolicy";
	const policies = prod().all(policyType);
	expect(policies).toHaveLength(prod().all(type).length);
	for (const { Properties } of policies) {
		expect(Properties.PolicyDocument.Statement).toContainEqual(
			expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
		);
	}
});

it("encrypts every queue", () => {
	for (const { Properties } of prod().all("AWS::SQS::Queue")) expect(Properties.SqsManagedSseEnabled).toBe(true);
});

it("forgets every log after the time that the settings say", () => {
	const groups = prod().all("AWS::Logs::LogGroup");
	expect(groups.length).toBeGreaterThan(prod().all("AWS::Lambda::Function").length);
	for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(90);
});
