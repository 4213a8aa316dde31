import { describe, expect, it } from "vitest";
import { ANY, type Call, needsOf } from "./iam-actions.ts";
import { isCovered } from "./used-grants.ts";

const ACCOUNT = "000000000000";

const aCall = (service: string, operation: string, body: object): Call => ({
	method: "POST",
	path: "/",
	headers: {
		authorization: `AWS4-HMAC-SHA256 Credential=ASIAX/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host`,
		"x-amz-target": `Some_20120810.${operation}`,
	},
	body: JSON.stringify(body),
});
const aRequest = (method: string, path: string, host = "s3.eu-west-1.amazonaws.com"): Call => ({
	...aCall("s3", "", {}),
	method,
	path,
	headers: { ...aCall("s3", "", {}).headers, host },
});
const ITEMS = "arn:aws:dynamodb:eu-west-1:000000000000:table/items";
const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:jobs";
const url = "http://127.0.0.2:1/000000000000/jobs";

describe("what a call needs of IAM", () => {
	it("is for a transaction what each of its parts would need", () => {
		const parts = ["Put", "Update", "Delete", "ConditionCheck"].map((kind) => ({ [kind]: { TableName: "items" } }));
		expect(needsOf(aCall("dynamodb", "TransactWriteItems", { TransactItems: parts }), ACCOUNT)).toEqual(
			["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"].map((action) => ({
				action: `dynamodb:${action}`,
				resource: ITEMS,
			})),
		);
	});

	it.each([
		["dynamodb", "Query", { TableName: "items" }, "dynamodb:Query", ITEMS],
		["dynamodb", "BatchGetItem", { RequestItems: { items: {} } }, "dynamodb:BatchGetItem", ITEMS],
		["sqs", "SendMessageBatch", { QueueUrl: url }, "sqs:SendMessage", QUEUE],
		["sqs", "DeleteMessageBatch", { QueueUrl: url }, "sqs:DeleteMessage", QUEUE],
		["sqs", "ChangeMessageVisibilityBatch", { QueueUrl: url }, "sqs:ChangeMessageVisibility", QUEUE],
		["events", "PutEvents", { Entries: [{ EventBusName: "bus" }] }, "events:PutEvents", /:event-bus\/bus$/],
		["firehose", "PutRecordBatch", { DeliveryStreamName: "s" }, "firehose:PutRecordBatch", /:deliverystream\/s$/],
		["athena", "StartQueryExecution", { WorkGroup: "w" }, "athena:StartQueryExecution", /:workgroup\/w$/],
		["athena", "GetQueryResults", { QueryExecutionId: "q" }, "athena:GetQueryResults", ANY],
	])("of %s %s is what AWS asks for", (service, operation, body, action, resource) => {
		const [need, ...more] = needsOf(aCall(service, operation, body), ACCOUNT);
		expect(more).toEqual([]);
		expect(need?.action).toBe(action);
		expect(need?.resource).toMatch(resource);
	});

	it.each([
		[aRequest("GET", "/files/a/b%20c.gz?x-id=GetObject"), "s3:GetObject", "arn:aws:s3:::files/a/b c.gz"],
		[aRequest("PUT", "/a.gz", "files.s3.eu-west-1.amazonaws.com"), "s3:PutObject", "arn:aws:s3:::files/a.gz"],
		[aRequest("DELETE", "/files/a.gz", "127.0.0.2:4566"), "s3:DeleteObject", "arn:aws:s3:::files/a.gz"],
		[aRequest("GET", "/files?list-type=2"), "s3:ListBucket", "arn:aws:s3:::files"],
	])("of a request to S3 is what its verb and path say", (call, action, resource) => {
		expect(needsOf(call, ACCOUNT)).toEqual([{ action, resource }]);
	});

	it("is not guessed", () => {
		expect(() => needsOf(aCall("dynamodb", "Scan", { TableName: "items" }), ACCOUNT)).toThrow("dynamodb:Scan");
	});
});

describe("a grant", () => {
	const entry = "unify/process-events";
	const use = {
		entry,
		action: "secretsmanager:GetSecretValue",
		resource: "arn:aws:secretsmanager:eu-west-1:0:secret:t/vault",
	};

	it.each([
		["the same secret, with the end that AWS gives it", { resource: `${use.resource}-AbC123` }, true],
		["all below its path", { resource: "arn:aws:secretsmanager:eu-west-1:0:secret:t/*" }, true],
		["another secret", { resource: "arn:aws:secretsmanager:eu-west-1:0:secret:t/vault2-AbC123" }, false],
		["another action", { action: "secretsmanager:PutSecretValue" }, false],
		["another function", { entry: "unify/publish-changes" }, false],
	])("of %s is used: %s", (_, changed, expected) => {
		expect(isCovered(use, { ...use, ...changed })).toBe(expected);
	});
});
