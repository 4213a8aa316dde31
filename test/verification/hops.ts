import type { Hop } from "./table.ts";

/** Each hop of an event's way, what is claimed of it, and the tests that show it. What is claimed here and not shown is drawn as not verified. */
export const HOPS: readonly Hop[] = [
	{
		hop: "SDK → collector",
		machine: [
			{
				says: "real packages in Node and in Chromium, and curl",
				shownBy: ["test/sdk/", "test/browser/browser-sdks.test.ts"],
			},
		],
		emulated: [
			{
				says: "`@segment/analytics-node`, `@rudderstack/rudder-sdk-node` and fetch → HTTP API → Lambda",
				shownBy: ["test/aws/deployed.test.ts#an event"],
			},
			{
				says: "the SDK, refused keys and CORS preflights → the collector's own URL",
				shownBy: ["test/aws/deployed.test.ts#the collector's own URL"],
			},
			{
				gap: "preflights to the HTTP API and gzip bodies, for MiniStack answers `OPTIONS` there itself and breaks binary bodies",
			},
		],
		aws: [],
	},
	{
		hop: "collector → bus → queues",
		machine: [
			{ says: "the embedded bus and queues", shownBy: ["test/adapters/embedded/sqlite/", "test/local/flow.test.ts"] },
		],
		emulated: [
			{
				says: "the adapters' contracts on moto and MiniStack",
				shownBy: [
					"test/wire/moto.test.ts#sqsQueue",
					"test/wire/moto.test.ts#eventBridgeBus",
					"test/wire/ministack.test.ts#sqsQueue",
					"test/wire/ministack.test.ts#eventBridgeBus",
				],
			},
			{ says: "the deployed rules", shownBy: ["test/aws/deployed.test.ts#an event"] },
		],
		aws: [],
	},
	{
		hop: "calls that are refused in part (PutEvents, PutRecordBatch, SendMessageBatch, BatchGetItem)",
		machine: [{ gap: "there are none" }],
		emulated: [{ says: "a server that answers AWS's protocol with refusals", shownBy: ["test/adapters/aws/"] }],
		aws: [],
	},
	{
		hop: "queue → pass → profiles",
		machine: [
			{ says: "the pass over its ports", shownBy: ["test/functions/unify/"] },
			{ says: "killed with SIGKILL under load", shownBy: ["test/local/kill.test.ts"] },
		],
		emulated: [
			{
				says: "the item store's contract on MiniStack and moto",
				shownBy: ["test/wire/ministack.test.ts#dynamoItemStore", "test/wire/moto.test.ts#dynamoItemStore"],
			},
			{
				says: "… and, where it has been fetched, on Amazon's DynamoDB Local",
				shownBy: ["test/dynamodb-local/"],
				isOptional: true,
			},
			{ says: "the deployed pass", shownBy: ["test/aws/deployed.test.ts#an event"] },
		],
		aws: [],
	},
	{
		hop: "pass → archive",
		machine: [{ says: "files, as rows and as Parquet", shownBy: ["test/adapters/embedded/files/"] }],
		emulated: [
			{
				says: "Firehose → S3, rows read back, on moto and MiniStack",
				shownBy: ["test/wire/moto.test.ts#firehoseArchive", "test/wire/ministack.test.ts#firehoseArchive"],
			},
			{
				says: "objects with the right keys and rows",
				shownBy: ["test/aws/deployed.test.ts#puts each event into the archive"],
			},
			{ gap: "compression and buffering, which neither has" },
		],
		aws: [],
	},
	{
		hop: "outbox → stream → bus",
		machine: [{ says: "the change feed", shownBy: ["test/local/feed-and-clock.test.ts"] }],
		emulated: [
			{
				says: "DynamoDB Streams → Lambda → bus",
				shownBy: ["test/aws/deployed.test.ts#tells the vendor that a person entered"],
			},
		],
		aws: [],
	},
	{
		hop: "identity change → archive",
		machine: [{ says: "the function over its ports", shownBy: ["test/functions/archive/"] }],
		emulated: [
			{
				says: "outbox → bus → queue → Firehose → S3",
				shownBy: ["test/aws/deployed.test.ts#that the e-mail address is the person's"],
			},
			{
				says: "the adapter's contract on moto and MiniStack",
				shownBy: [
					"test/wire/moto.test.ts#firehoseIdentityArchive",
					"test/wire/ministack.test.ts#firehoseIdentityArchive",
				],
			},
		],
		aws: [],
	},
	{
		hop: "identity under contention",
		machine: [{ says: "eight workers over SQLite", shownBy: ["test/adapters/embedded/sqlite/identity-race.test.ts"] }],
		emulated: [
			{
				says: "eight workers over DynamoDB's wire, to moto and MiniStack",
				shownBy: ["test/wire/identity-race.test.ts"],
			},
		],
		aws: [],
	},
	{
		hop: "time → segment",
		machine: [{ says: "a moved clock, from HTTP to the webhook", shownBy: ["test/local/segments-in-time.test.ts"] }],
		emulated: [
			{
				says: "EventBridge Scheduler calls the tick, and somebody enters a segment by time alone",
				shownBy: ["test/aws/deployed.test.ts#by the minute's schedule"],
			},
			{
				says: "the other schedules call their functions",
				shownBy: ["test/aws/deployed.test.ts#calls every function that has a schedule"],
			},
			{ says: "due rows on MiniStack's DynamoDB", shownBy: ["test/wire/ministack.test.ts#itemDueLooks"] },
		],
		aws: [],
	},
	{
		hop: "SQL over the archive",
		machine: [{ says: "DuckDB", shownBy: ["test/adapters/embedded/duckdb/"] }],
		emulated: [
			{
				says: "Athena's API on MiniStack, which runs it on DuckDB",
				shownBy: ["test/wire/ministack.test.ts#athenaSql", "test/wire/ministack.test.ts#athenaRecentEvents"],
			},
			{ gap: "Athena's own engine" },
		],
		aws: [],
	},
	{
		hop: "predicate, stream and SQL of a segment agree",
		machine: [
			{
				says: "random trees, merges and un-merges, moved clocks, DuckDB",
				shownBy: ["test/domain/segment/differential.test.ts"],
			},
		],
		emulated: [{ gap: "only the text of Athena's SQL is looked at" }],
		aws: [],
	},
	{
		hop: "deliveries",
		machine: [
			{
				says: "real HTTP servers; Braze's real package",
				shownBy: ["test/adapters/destinations/", "test/functions/activate/"],
			},
		],
		emulated: [
			{
				says: "the deployed function to a vendor on loopback, over TLS, by a public name and address, who checks the signature",
				shownBy: ["test/aws/deployed.test.ts#signed so that the vendor can tell"],
			},
			{
				says: "refused, dead, and delivered after `POST /v1/deliveries/redrive`",
				shownBy: [
					"test/aws/deployed.test.ts#sets aside what the vendor refuses",
					"test/aws/deployed.test.ts#delivers it when the vendor is mended",
				],
			},
		],
		aws: [{ gap: "no vendor was called" }],
	},
	{
		hop: "dead letters of a queue",
		machine: [{ says: "set aside after five receives", shownBy: ["test/adapters/embedded/sqlite/queue.test.ts"] }],
		emulated: [
			{
				says: "five receives, then the dead letters; sent again they are processed",
				shownBy: [
					"test/aws/deployed.test.ts#gives each up to the dead letters",
					"test/aws/deployed.test.ts#processes what waited among the dead letters",
				],
			},
			{
				gap: "`start-message-move-task` itself, which neither emulator has: the test receives, sends and deletes as it does",
			},
		],
		aws: [],
	},
	{
		hop: "a new version over the old one",
		machine: [{ gap: "a data folder of an older build is refused in one line" }],
		emulated: [
			{
				says: "`cdk deploy` of a broken release and of a good one over it: profiles and archive are kept, new events flow",
				shownBy: ["test/aws/deployed.test.ts#deploys a new version over it"],
			},
		],
		aws: [],
	},
	{
		hop: "permissions",
		machine: [
			{
				says: "assertions on every role of the templates",
				shownBy: ["test/lib/permissions.test.ts", "test/lib/item-permissions.test.ts"],
			},
			{
				says: "functions over a store that refuses what their grant of items leaves out",
				shownBy: [
					"test/functions/unify/",
					"test/functions/segment/",
					"test/functions/admin/",
					"test/functions/activate/",
				],
			},
		],
		emulated: [
			{
				says: "IAM in force; every call that the functions made was allowed, every grant was used or has its reason",
				shownBy: ["test/aws/deployed.test.ts#its permissions"],
			},
			{ gap: "the condition `dynamodb:LeadingKeys`, which MiniStack passes over" },
		],
		aws: [],
	},
	{
		hop: "stacks",
		machine: [
			{
				says: "cdk-nag, cfn-lint, assertions, each bundle loaded under its environment",
				shownBy: ["test/lib/", "test/aws/templates.test.ts"],
			},
		],
		emulated: [{ says: "`cdk bootstrap` and `deploy` of all of them", shownBy: ["test/aws/deployed.test.ts"] }],
		aws: [{ gap: "never deployed" }],
	},
	{
		hop: "limits, latency, cost, cold start, throttling of AWS",
		machine: [],
		emulated: [],
		aws: [],
	},
];
