import type { QueryExecution } from "@aws-sdk/client-athena";
import type { AttributeValue, ConsumedCapacity, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { BILLED_BYTES } from "../aws/firehose/pack-records.ts";
import { attributesSize } from "./item-size.ts";
import type { UsageMeter } from "./usage.ts";

/** EventBridge and SQS bill each 64 KB as one more. */
const CHUNK_BYTES = 64 * 1024;
const WRITE_UNIT_BYTES = 1024;
/** A transaction writes everything twice: to prepare, and to commit. */
const TRANSACTIONAL = 2;
/** Athena bills a query as 10 MB at least. */
const LEAST_SCANNED = 10 * 1024 * 1024;

type Attributes = Record<string, AttributeValue>;
type Answered<Input, Output> = (input: Input, output: Output, meter: UsageMeter) => void;
/** What a failed call is billed: DynamoDB bills a write whose condition did not hold. */
type Failed<Input> = (input: Input, meter: UsageMeter) => void;

type Billed = {
	readonly answered: Answered<never, never>;
	readonly failed?: Failed<never>;
};

const chunks = (bytes: number): number => Math.max(1, Math.ceil(bytes / CHUNK_BYTES));
const utf8 = (text = ""): number => Buffer.byteLength(text);
const billed = <Input, Output>(answered: Answered<Input, Output>, failed?: Failed<Input>): Billed => ({
	answered,
	...(failed && { failed }),
});

type Capacity = { readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] };

/** What the table itself says that a call cost. */
const capacityOf = ({ ConsumedCapacity }: Capacity): number =>
	[ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
const reads = billed((_: object, output: Capacity, meter) => meter.add("readUnits", capacityOf(output)));
const writeUnits = (item: Attributes | undefined): number =>
	item ? Math.max(1, Math.ceil(attributesSize(item) / WRITE_UNIT_BYTES)) : 1;
/** The table does not say what a refused write cost: it is the larger of the item that is there and the new one, of which we know one. */
const writes = billed(
	(_: { Item?: Attributes }, output: Capacity, meter) => meter.add("writeUnits", capacityOf(output)),
	({ Item }, meter) => meter.add("writeUnits", writeUnits(Item)),
);
const transaction = billed(
	(_: { TransactItems?: readonly TransactWriteItem[] }, output: Capacity, meter) =>
		meter.add("writeUnits", capacityOf(output)),
	({ TransactItems = [] }, meter) => {
		const once = TransactItems.reduce((sum, { Put }) => sum + writeUnits(Put?.Item), 0);
		meter.add("writeUnits", TRANSACTIONAL * once);
	},
);

const message = (bytes: number, meter: UsageMeter) => meter.add("sqsRequests", chunks(bytes));

/** How each call that Tutti makes is billed, by the name of its command. */
export const BILLED: { readonly [command: string]: Billed } = {
	GetItemCommand: reads,
	BatchGetItemCommand: reads,
	QueryCommand: reads,
	PutItemCommand: writes,
	UpdateItemCommand: writes,
	DeleteItemCommand: writes,
	TransactWriteItemsCommand: transaction,

	PutEventsCommand: billed(
		(
			{ Entries = [] }: { Entries?: readonly PutEventsRequestEntry[] },
			output: { Entries?: readonly PutEventsResultEntry[] },
			meter,
		) => {
			for (const [at, entry] of Entries.entries()) {
				const size = utf8(entry.Source) + utf8(entry.DetailType) + utf8(entry.Detail);
				if (output.Entries?.[at]?.EventId) meter.add("busEntries", chunks(size));
			}
		},
	),

	PutRecordBatchCommand: billed(
		(
			{ Records = [] }: { Records?: readonly { Data?: Uint8Array }[] },
			output: { RequestResponses?: readonly { RecordId?: string }[] },
			meter,
		) => {
			for (const [at, { Data }] of Records.entries()) {
				const size = Data?.byteLength ?? 0;
				if (!output.RequestResponses?.[at]?.RecordId) continue;
				meter.add("firehoseBytes", Math.max(1, Math.ceil(size / BILLED_BYTES)) * BILLED_BYTES);
				if (size < BILLED_BYTES) meter.smallRecord();
			}
		},
	),

	SendMessageBatchCommand: billed(({ Entries = [] }: { Entries?: readonly { MessageBody?: string }[] }, _, meter) =>
		message(
			Entries.reduce((sum, { MessageBody }) => sum + utf8(MessageBody), 0),
			meter,
		),
	),
	ReceiveMessageCommand: billed((_: object, { Messages = [] }: { Messages?: readonly { Body?: string }[] }, meter) =>
		message(
			Messages.reduce((sum, { Body }) => sum + utf8(Body), 0),
			meter,
		),
	),
	DeleteMessageBatchCommand: billed((_: object, __: object, meter) => message(0, meter)),
	ChangeMessageVisibilityBatchCommand: billed((_: object, __: object, meter) => message(0, meter)),
	GetQueueAttributesCommand: billed((_: object, __: object, meter) => message(0, meter)),

	GetSecretValueCommand: billed((_: object, __: object, meter) => meter.add("secretReads", 1)),
	PutObjectCommand: billed((_: object, __: object, meter) => meter.add("s3Puts", 1)),
	GetObjectCommand: billed((_: object, __: object, meter) => meter.add("s3Gets", 1)),
	// Asked again and again until the query is over; only then it says what it read.
	GetQueryExecutionCommand: billed((_: object, { QueryExecution }: { QueryExecution?: QueryExecution }, meter) => {
		if (QueryExecution?.Status?.State !== "SUCCEEDED") return;
		meter.add("athenaBytes", Math.max(LEAST_SCANNED, QueryExecution.Statistics?.DataScannedInBytes ?? 0));
	}),
};
