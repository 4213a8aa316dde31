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

/** What a role may do with items, each with the partitions that it is about. Throws where a statement does not say which. */
function itemStatements(role: string) {
	const onItems = of(role).filter(({ Action }) => Action.some((action) => /^dynamodb:.*(Item|Query)/.test(action)));
	return onItems.map((statement) => {
		const { "ForAllValues:StringLike": keys } = statement.Condition as Record<string, Record<string, string[]>>;
		return { ...statement, partitions: keys?.["dynamodb:LeadingKeys"] ?? [] };
	});
}
const partitionsFor = (role: string, action: RegExp): string[] => {
	const found = itemStatements(role).filter(({ Action }) => Action.some((one) => action.test(one)));
	return [...new Set(found.flatMap(({ partitions }) => partitions))].sort();
};

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

describe("the one table", () => {
	const CHANGES = /:(Put|Update|Delete)Item$/;
	const PEOPLE = ["C#*", "DUE#*", "OUT#*", "SEG#*"];
	const IDENTITIES = ["IDX#*", "N#*"];
	const changed: readonly { readonly role: string; readonly where: readonly string[] }[] = [
		{ role: "CollectReceiveEvents", where: ["RATE#*"] },
		{ role: "ArchiveStoreIdentities", where: [] },
		{ role: "UnifyProcessEvents", where: [...PEOPLE, ...IDENTITIES, "A#*", "F#*", "QUA#*", "SEGM"] },
		{ role: "UnifyPublishChanges", where: ["SEGM#*"] },
		{ role: "UnifyResolveAgain", where: [...PEOPLE, ...IDENTITIES, "SWEEP"] },
		{ role: "SegmentTickSegments", where: [...PEOPLE, "SEGM"] },
		{ role: "SegmentRecomputeSegments", where: [...PEOPLE, "DEF", "F#*", "SEGM", "SEGM#*"] },
		{ role: "SegmentReconcileSegments", where: [...PEOPLE, "F#*", "SEGM", "SEGM#*"] },
		{ role: "ActivateRouteDeliveries", where: ["DLV#*", "DLVS#*", "X#*"] },
		{ role: "ActivateDeliver", where: ["DLV#*"] },
		{
			role: "ServeAdminApi",
			where: [...PEOPLE, ...IDENTITIES, "BLK", "DEF", "DEF#*", "DLV#*", "LIST", "LIST#*", "SEGM"],
		},
		{ role: "CanarySendCanary", where: [] },
	];

	it.each(changed)("is changed by $role in $where", ({ role, where }) => {
		expect(partitionsFor(role, CHANGES)).toEqual([...where].sort());
	});

	it("is touched by nobody else", () => {
		const roles = statements().filter(({ Action }) => Action.some((action) => /^dynamodb:.*(Item|Query)/.test(action)));
		const named = (role: string) => changed.find((one) => role.startsWith(one.role))?.role;
		expect(new Set(roles.map(({ role }) => named(role)))).toEqual(
			new Set(changed.map(({ role }) => role).filter((role) => role !== "ArchiveStoreIdentities")),
		);
	});

	it("shows profiles to those who need them, and neither to the collector nor to whoever sends to destinations", () => {
		const seers = changed.filter(({ role }) => partitionsFor(role, /:(BatchGetItem|GetItem|Query)$/).includes("F#*"));
		expect(seers.map(({ role }) => role)).toEqual([
			"UnifyProcessEvents",
			"UnifyResolveAgain",
			"SegmentTickSegments",
			"SegmentRecomputeSegments",
			"SegmentReconcileSegments",
			"ServeAdminApi",
			"CanarySendCanary",
		]);
	});

	it("is granted by itself, without indexes, and its changes to whoever publishes them alone", () => {
		const [table] = prod().all("AWS::DynamoDB::Table");
		const onItems = changed.flatMap(({ role }) => itemStatements(role));
		expect(onItems.length).toBeGreaterThan(15);
		for (const { Resource } of onItems) {
			expect(list(Resource)).toHaveLength(1);
			expect(JSON.stringify(Resource)).toMatch(new RegExp(`Items|${table?.id}`));
			expect(JSON.stringify(Resource)).not.toMatch(/index|stream/i);
		}
		const readers = statements().filter(({ Action }) => Action.includes("dynamodb:GetRecords"));
		expect(readers.map(({ role }) => role.replace(/(Fn)?Role.*$/, ""))).toEqual(["UnifyPublishChanges"]);
		expect(JSON.stringify(readers[0]?.Resource)).toContain("StreamArn");
	});

	it.each([
		{ role: "SegmentTickSegments", never: ["UpdateItem", "ConditionCheckItem"] },
		{ role: "SegmentRecomputeSegments", never: ["ConditionCheckItem"] },
		{ role: "SegmentReconcileSegments", never: ["ConditionCheckItem"] },
		{ role: "ActivateRouteDeliveries", never: ["UpdateItem", "DeleteItem", "ConditionCheckItem"] },
		{ role: "ActivateDeliver", never: ["BatchGetItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
		{ role: "CanarySendCanary", never: ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
	])("is never asked by $role for $never", ({ role, never }) => {
		const may = actions(role, "dynamodb");
		expect(may.length).toBeGreaterThan(2);
		for (const action of never) expect(may).not.toContain(`dynamodb:${action}`);
	});
});

it("lets the canary read the table, and change nothing: what it sends goes the way of all events", () => {
	expect(actions("Canary", "dynamodb")).toEqual(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]);
	expect(actions("Canary", "events")).toEqual([]);
});
