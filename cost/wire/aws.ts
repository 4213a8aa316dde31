import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { SQSClient } from "@aws-sdk/client-sqs";
import { meterClient } from "#adapters/meter/metered-client.ts";
import type { UsageMeter } from "#adapters/meter/usage.ts";
import { openTable, TableError } from "./table.ts";
import { openWaiting } from "./waiting.ts";

export type BusEntry = { readonly Source: string; readonly DetailType: string; readonly Detail: string };
type Operation = (input: never) => object;

/** What the SDK's clients hand to whoever carries their requests. */
type Request = { readonly headers: Record<string, string>; readonly body?: string | Uint8Array };

/**
 * The AWS that the cost model runs on: the SDK's own clients, each request signed and written as for the network, and answered in this
 * process. What is left out of a call is the socket and TLS.
 */
export function awsInMemory() {
	const table = openTable();
	const waiting = openWaiting();
	const bus: BusEntry[] = [];
	const delivered: string[] = [];
	const operations: Record<string, Operation> = {
		...table.operations,
		PutEvents({ Entries }: { readonly Entries: readonly BusEntry[] }) {
			bus.push(...Entries);
			return { FailedEntryCount: 0, Entries: Entries.map((_, n) => ({ EventId: `event-${n}` })) };
		},
		PutRecordBatch: ({ Records }: { readonly Records: readonly unknown[] }) => ({
			FailedPutCount: 0,
			RequestResponses: Records.map((_, n) => ({ RecordId: `record-${n}` })),
		}),
		SendMessageBatch({ Entries }: { readonly Entries: readonly { Id: string; MessageBody: string }[] }) {
			delivered.push(...Entries.map(({ MessageBody }) => MessageBody));
			return { Successful: Entries.map(({ Id }) => ({ Id, MessageId: Id })) };
		},
	};

	const requestHandler = {
		async handle({ headers, body = "" }: Request) {
			const target = headers["x-amz-target"] ?? headers["X-Amz-Target"] ?? "";
			const name = target.slice(target.indexOf(".") + 1);
			const { statusCode, answer } = waiting.uncounted(() => answerTo(operations[name], { name, body }));
			await waiting.until(name);
			const type = { "content-type": headers["content-type"] ?? "application/x-amz-json-1.0" };
			return { response: { statusCode, headers: type, body: answer } };
		},
	};
	const settings = {
		region: "us-east-1",
		credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
		maxAttempts: 1,
		requestHandler,
	};

	return {
		table,
		waiting,
		/** What was put on the bus and nobody has taken yet. */
		takeEntries: (): BusEntry[] => bus.splice(0),
		takeOutbox: () => table.outbox.splice(0),
		/** Clients of one function, whose calls are counted by its own meter. */
		clients: (meter: UsageMeter) => ({
			dynamo: meterClient(new DynamoDBClient(settings), meter),
			events: meterClient(new EventBridgeClient(settings), meter),
			firehose: meterClient(new FirehoseClient(settings), meter),
			sqs: meterClient(new SQSClient(settings), meter),
		}),
	};
}

export type AwsInMemory = ReturnType<typeof awsInMemory>;

function answerTo(operation: Operation | undefined, { name, body }: { name: string; body: string | Uint8Array }) {
	if (!operation) throw new Error(`nobody answers ${name} here`);
	const input = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
	try {
		return { statusCode: 200, answer: Buffer.from(JSON.stringify(operation(input as never))) }; // as the client wrote it
	} catch (error) {
		if (!(error instanceof TableError)) throw error;
		const fields = { __type: `com.amazonaws.dynamodb.v20120810#${error.name}`, ...error.fields };
		return { statusCode: 400, answer: Buffer.from(JSON.stringify(fields)) };
	}
}
