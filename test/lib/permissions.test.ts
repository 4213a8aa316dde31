import { describe, expect, it } from "vitest";
import { prod } from "./synth.ts";

type Statement = {
	readonly role: string;
	readonly Effect: string;
	readonly Action: readonly string[];
	readonly Resource: unknown;
	readonly Condition?: unknown;
};

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Everything that any role of the app may do, with the roles' logical ids. */
function statements(): Statement[] {
	const documents = prod().resources.flatMap(({ Type, id, Properties }) => {
		if (Type === "AWS::IAM::Policy") return [{ role: Properties.Roles[0].Ref, document: Properties.PolicyDocument }];
		if (Type === "AWS::IAM::ManagedPolicy") return [{ role: id, document: Properties.PolicyDocument }];
		if (Type !== "AWS::IAM::Role") return [];
		const policies: { PolicyDocument: unknown }[] = Properties.Policies ?? [];
		return policies.map(({ PolicyDocument }) => ({ role: id, document: PolicyDocument as { Statement: Statement[] } }));
	});
	return documents.flatMap(({ role, document }) =>
		(document.Statement as Statement[]).map((statement) => ({ ...statement, role, Action: list(statement.Action) })),
	);
}

const of = (role: string) => statements().filter((statement) => statement.role.startsWith(role));
const actions = (role: string, service: string) =>
	of(role)
		.filter(({ Effect }) => Effect === "Allow")
		.flatMap(({ Action }) => Action.filter((action) => action.startsWith(`${service}:`)))
		.sort();

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
	it("may read definitions, count the requests of sources, and touch no other item", () => {
		const onTable = of("CollectReceiveEvents").filter(({ Action }) => Action.some((a) => a.startsWith("dynamodb:")));
		const rows = (...keys: string[]) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } });
		expect(onTable.map(({ Action, Condition }) => ({ may: [...Action].sort(), on: Condition }))).toEqual([
			{
				may: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"],
				on: rows("DEF", "DEF#*", "BLK", "LIST"),
			},
			{ may: ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], on: rows("RATE#*") },
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
