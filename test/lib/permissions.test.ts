import { describe, expect, it } from "vitest";
import { actions, itemStatements, list, of, statements } from "./statements.ts";
import { prod } from "./synth.ts";

const ALL_DATA = [
	"lambda:InvokeFunction",
	"dynamodb:",
	"s3:",
	"sqs:",
	"events:",
	"firehose:",
	"secretsmanager:",
	"athena:",
	"glue:",
	"logs:",
];

describe("no role", () => {
	it("may do everything of a kind", () => {
		expect(statements().length).toBeGreaterThan(30);
		expect(statements().filter(({ Action }) => Action.some((action) => action.includes("*")))).toEqual([]);
	});

	it("may touch data without saying whose", () => {
		const toEverything = statements().filter(({ Resource }) => list(Resource).includes("*"));
		const touched = toEverything.flatMap(({ Action }) => Action);
		expect(touched).toEqual(["dynamodb:ListStreams"]);
		expect(
			statements()
				.flatMap(({ Action }) => Action)
				.filter((action) => !ALL_DATA.some((kind) => action.startsWith(kind))),
		).toEqual([]);
	});

	it("may scan the table or is one of AWS's own broad policies", () => {
		expect(statements().flatMap(({ Action }) => Action)).not.toContain("dynamodb:Scan");
		for (const { Properties } of prod().all("AWS::IAM::Role")) {
			expect(JSON.stringify(Properties.ManagedPolicyArns ?? [])).not.toContain(":aws:policy/");
		}
	});
});

describe("the collector, which the internet reaches", () => {
	it("may read sources, count their requests, and touch no other item", () => {
		const onItems = itemStatements("CollectReceiveEvents");
		expect(onItems.map(({ Action, partitions }) => ({ may: [...Action].sort(), in: partitions }))).toEqual([
			{ may: ["dynamodb:GetItem", "dynamodb:Query"], in: ["DEF", "DEF#source"] },
			{ may: ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], in: ["RATE#*"] },
		]);
	});

	it("may besides only publish to the bus and write its log", () => {
		const others = of("CollectReceiveEvents").flatMap(({ Action }) => Action.filter((a) => !a.startsWith("dynamodb:")));
		expect(others.sort()).toEqual(["events:PutEvents", "logs:CreateLogStream", "logs:PutLogEvents"]);
	});
});

describe("the vault's key", () => {
	const vault = { "Fn::ImportValue": expect.stringContaining("SecretsVault") };
	/** The WatchStack refers to the others weakly. */
	const vaultFromAfar = {
		"Fn::GetStackOutput": expect.objectContaining({ OutputName: expect.stringContaining("SecretsVault") }),
	};

	it("is read by those who seal or open identifiers, and by nobody else", () => {
		const readers = statements().filter(
			({ Action, Effect, Resource }) =>
				Effect === "Allow" &&
				Action.includes("secretsmanager:GetSecretValue") &&
				!JSON.stringify(Resource).includes("/*"),
		);
		for (const { role, Resource } of readers)
			expect(Resource).toEqual(role.startsWith("Canary") ? vaultFromAfar : vault);
		expect(readers.map(({ role }) => role.replace(/(Fn)?Role.*$/, "")).sort()).toEqual([
			"CanarySendCanary",
			"SegmentRecomputeSegments",
			"SegmentReconcileSegments",
			"SegmentTickSegments",
			"ServeAdminApi",
			"UnifyProcessEvents",
			"UnifyResolveAgain",
		]);
	});

	it("is denied to the deliverer, whose definitions may name any other secret", () => {
		const [allowed, denied, ...others] = of("ActivateDeliver").filter(({ Action }) =>
			Action.includes("secretsmanager:GetSecretValue"),
		);
		expect(others).toEqual([]);
		expect(allowed).toMatchObject({ Effect: "Allow" });
		expect(JSON.stringify(allowed?.Resource)).toContain(":secret:tutti/prod/*");
		expect(denied).toMatchObject({ Effect: "Deny", Resource: vault });
	});
});

it("lets only the nightly comparison say that there is no sample any more, and nobody delete another object", () => {
	const deleters = statements().filter(({ Action }) => Action.includes("s3:DeleteObject"));
	expect(deleters.map(({ role }) => role.replace(/(Fn)?Role.*$/, ""))).toEqual(["SegmentReconcileSegments"]);
	expect(JSON.stringify(deleters[0]?.Resource)).toMatch(/\/samples\/current\.json"/);
});

it("lets the admin API put the rows of lists on the bus", () => {
	expect(actions("ServeAdminApi", "events")).toEqual(["events:PutEvents"]);
});

it.each([
	{ writer: "ArchiveDeliveryWriter", folders: ["events/*", "errors/*"] },
	{ writer: "ArchiveIdentityDeliveryWriter", folders: ["identity-changes/*", "identity-errors/*"] },
])("lets $writer write rows and what failed among them, and nothing of another stream", ({ writer, folders }) => {
	expect(actions(writer, "s3")).toEqual([
		"s3:AbortMultipartUpload",
		"s3:GetBucketLocation",
		"s3:GetObject",
		"s3:ListBucket",
		"s3:ListBucketMultipartUploads",
		"s3:PutObject",
	]);
	const [put, ...others] = of(writer).filter(({ Action }) => Action.includes("s3:PutObject"));
	expect(others).toEqual([]);
	const paths = list(put?.Resource).map((resource) => (resource as { "Fn::Join": [string, unknown[]] })["Fn::Join"][1]);
	expect(paths.map((parts) => parts.at(-1)).sort()).toEqual(folders.map((folder) => `/${folder}`).sort());
});

it("lets the pass and the archiver of identities each put into its own stream, and the deliverer send", () => {
	const streamOf = (role: string) => {
		const [put, ...others] = of(role).filter(({ Action }) => Action.some((action) => action.startsWith("firehose:")));
		expect(others).toEqual([]);
		expect(put?.Action).toEqual(["firehose:PutRecordBatch"]);
		return JSON.stringify(put?.Resource);
	};
	expect(streamOf("UnifyProcessEvents")).toContain("ArchiveDeliveryStream");
	expect(streamOf("ArchiveStoreIdentities")).toContain("ArchiveIdentityDeliveryStream");
	expect(actions("ArchiveStoreIdentities", "dynamodb")).toEqual([]);
	expect(actions("ActivateDeliver", "sqs")).toContain("sqs:SendMessage");
});

it("lets the canary read the table, and change nothing: what it sends goes the way of all events", () => {
	expect(actions("Canary", "dynamodb")).toEqual(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]);
	expect(actions("Canary", "events")).toEqual([]);
});
