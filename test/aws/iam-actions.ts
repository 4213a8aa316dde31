import type { Exchange } from "./forwarder.ts";

/** A permission that a call needs on AWS: an action, and what it is done to, as an ARN. */
export type Need = { readonly action: string; readonly resource: string };

export type Call = Pick<Exchange, "method" | "path" | "headers" | "body">;
type Body = Readonly<Record<string, unknown>>;
type Place = { readonly region: string; readonly account: string };
type Rule = (body: Body, place: Place) => readonly Need[];

/** Not known from the call itself, so any that is granted will do. */
export const ANY = "*";

/**
 * What a call needs by the Service Authorization Reference, which is not always the operation's name: a transaction needs
 * what each of its parts would, a batch what a single message would, an object's path what its verb says.
 * Throws on an operation that stands in no table here: whoever adds a call says what it needs.
 */
export function needsOf(call: Call, account: string): readonly Need[] {
	const scope = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\//.exec(String(call.headers.authorization));
	const [, region = "", service = ""] = scope ?? [];
	if (service === "s3") return [needOfObject(call)];
	const operation = String(call.headers["x-amz-target"]).replace(/^.*\./, "");
	const rule = RULES[`${service}:${operation}`];
	if (!rule) throw new Error(`nobody has said what ${service}:${operation} needs`);
	return rule(JSON.parse(call.body) as Body, { region, account });
}

const one =
	(action: string, resource: (body: Body, place: Place) => string): Rule =>
	(body, place) => [{ action, resource: resource(body, place) }];

const arn = (service: string, path: string, { region, account }: Place) =>
	`arn:aws:${service}:${region}:${account}:${path}`;
const table = (name: unknown, place: Place) => arn("dynamodb", `table/${name}`, place);
const item = (action: string): Rule => one(`dynamodb:${action}`, ({ TableName }, place) => table(TableName, place));
const message = (action: string): Rule =>
	one(`sqs:${action}`, ({ QueueUrl }, place) => arn("sqs", String(QueueUrl).replace(/^.*\//, ""), place));
const query = (action: string): Rule =>
	one(`athena:${action}`, ({ WorkGroup }, place) =>
		WorkGroup === undefined ? ANY : arn("athena", `workgroup/${WorkGroup}`, place),
	);

const tablesOf =
	(action: string): Rule =>
	({ RequestItems }, place) =>
		Object.keys(RequestItems as Body).map((name) => ({ action: `dynamodb:${action}`, resource: table(name, place) }));

/** Each kind of part, and the permission that it needs of its own. */
const PARTS = {
	Put: "PutItem",
	Update: "UpdateItem",
	Delete: "DeleteItem",
	ConditionCheck: "ConditionCheckItem",
	Get: "GetItem",
} as const;

const transaction: Rule = ({ TransactItems }, place) =>
	(TransactItems as readonly Readonly<Record<string, { TableName: string }>>[]).flatMap((part) =>
		Object.entries(part).map(([kind, { TableName }]) => ({
			action: `dynamodb:${PARTS[kind as keyof typeof PARTS]}`,
			resource: table(TableName, place),
		})),
	);

const entries: Rule = ({ Entries }, place) =>
	(Entries as readonly { EventBusName: string }[]).map(({ EventBusName }) => ({
		action: "events:PutEvents",
		resource: arn("events", `event-bus/${EventBusName}`, place),
	}));

const RULES: Readonly<Record<string, Rule>> = {
	"dynamodb:GetItem": item("GetItem"),
	"dynamodb:PutItem": item("PutItem"),
	"dynamodb:UpdateItem": item("UpdateItem"),
	"dynamodb:DeleteItem": item("DeleteItem"),
	"dynamodb:Query": item("Query"),
	"dynamodb:BatchGetItem": tablesOf("BatchGetItem"),
	"dynamodb:BatchWriteItem": tablesOf("BatchWriteItem"),
	"dynamodb:TransactWriteItems": transaction,
	"dynamodb:TransactGetItems": transaction,
	"sqs:SendMessage": message("SendMessage"),
	"sqs:SendMessageBatch": message("SendMessage"),
	"sqs:ReceiveMessage": message("ReceiveMessage"),
	"sqs:DeleteMessage": message("DeleteMessage"),
	"sqs:DeleteMessageBatch": message("DeleteMessage"),
	"sqs:ChangeMessageVisibility": message("ChangeMessageVisibility"),
	"sqs:ChangeMessageVisibilityBatch": message("ChangeMessageVisibility"),
	"sqs:GetQueueAttributes": message("GetQueueAttributes"),
	"events:PutEvents": entries,
	"firehose:PutRecordBatch": one("firehose:PutRecordBatch", ({ DeliveryStreamName }, place) =>
		arn("firehose", `deliverystream/${DeliveryStreamName}`, place),
	),
	"secretsmanager:GetSecretValue": one("secretsmanager:GetSecretValue", ({ SecretId }, place) =>
		arn("secretsmanager", `secret:${SecretId}`, place),
	),
	// By the id of a query alone: only AWS knows whose workgroup it is.
	"athena:StartQueryExecution": query("StartQueryExecution"),
	"athena:GetQueryExecution": query("GetQueryExecution"),
	"athena:GetQueryResults": query("GetQueryResults"),
	"athena:StopQueryExecution": query("StopQueryExecution"),
	"kms:Decrypt": one("kms:Decrypt", ({ KeyId }) => String(KeyId ?? ANY)),
	"kms:GenerateDataKey": one("kms:GenerateDataKey", ({ KeyId }) => String(KeyId)),
};

const VERBS: Readonly<Record<string, string>> = {
	GET: "s3:GetObject",
	HEAD: "s3:GetObject",
	PUT: "s3:PutObject",
	DELETE: "s3:DeleteObject",
};

/** Of a bucket named in the path or, as the SDK does it by itself, in the host. */
function needOfObject({ method, path, headers }: Call): Need {
	const inHost = /^(?<bucket>.+)\.s3\./.exec(headers.host ?? "")?.groups?.bucket;
	const [whole = ""] = path.slice(1).split("?");
	const [bucket = "", ...rest] = inHost ? [inHost, ...whole.split("/")] : whole.split("/");
	const key = decodeURIComponent(rest.join("/"));
	if (key === "")
		return {
			action: method === "GET" || method === "HEAD" ? "s3:ListBucket" : method,
			resource: `arn:aws:s3:::${bucket}`,
		};
	return { action: VERBS[method] ?? method, resource: `arn:aws:s3:::${bucket}/${key}` };
}
