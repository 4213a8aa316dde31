import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { ItemChange } from "#adapters/items/item-store.ts";
import type { Json } from "#domain/model/json.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { type LocalHandler, lambdaContext } from "./lambda-context.ts";
import { sleeper } from "./sleeper.ts";

/** The outbox rows that were written and not acknowledged yet, oldest first. */
export type Changes = {
	readChanges(max: number): readonly ItemChange[];
	acknowledge(changeIds: readonly string[]): void;
	pending(): number;
};

export type Feed = {
	/** Whether all that was written has been published. */
	isQuiet(): boolean;
	stop(): Promise<void>;
};

type FeedOptions = {
	readonly name: string;
	readonly changes: Changes;
	readonly handler: LocalHandler<DynamoDBStreamEvent, DynamoDBBatchResponse>;
	readonly log: Log;
};

const POLL_MS = 20;
const RETRY_MS = 1000;
const BATCH = 100;

/**
 * What DynamoDB Streams and its event source mapping do with the outbox: hand new rows to the function in order. A row
 * is acknowledged when its news are on the bus; one that failed comes again, and holds up no other.
 */
export function feed({ name, changes, handler, log }: FeedOptions): Feed {
	const sleep = sleeper();
	let isStopped = false;

	async function turn(): Promise<number> {
		const batch = changes.readChanges(BATCH);
		if (batch.length === 0) return POLL_MS;
		const { batchItemFailures } = await handler(toStreamEvent(batch), lambdaContext(name));
		const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
		changes.acknowledge(batch.map(({ changeId }) => changeId).filter((id) => !failed.has(id)));
		if (failed.size > 0) return RETRY_MS;
		return batch.length < BATCH ? POLL_MS : 0; // what comes soon goes together
	}
	async function run(): Promise<void> {
		while (!isStopped) {
			const pause = await turn().catch((error: unknown) => {
				log.error("the outbox could not be published", describeError(error));
				return RETRY_MS;
			});
			await sleep.wait(pause);
		}
	}
	const running = run();
	return {
		isQuiet: () => changes.pending() === 0,
		async stop() {
			isStopped = true;
			sleep.wake();
			await running;
		},
	};
}

/** Rows of the outbox as DynamoDB Streams hands them to a function. */
export const toStreamEvent = (rows: readonly ItemChange[]): DynamoDBStreamEvent => ({ Records: rows.map(toRecord) });

const toRecord = ({ changeId, item }: ItemChange): DynamoDBRecord => ({
	eventID: changeId,
	eventName: "INSERT",
	eventVersion: "1.1",
	eventSource: "aws:dynamodb",
	awsRegion: "local",
	eventSourceARN: "arn:aws:dynamodb:local:000000000000:table/tutti/stream/outbox",
	dynamodb: {
		Keys: { pk: { S: item.pk }, sk: { S: item.sk } },
		NewImage: Object.fromEntries(
			Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, toAttribute(value)]])),
		),
		SequenceNumber: changeId,
		StreamViewType: "NEW_IMAGE",
	},
});

/** A value as DynamoDB writes it down. */
function toAttribute(value: Json): AttributeValue {
	if (value === null) return { NULL: true };
	if (typeof value === "string") return { S: value };
	if (typeof value === "number") return { N: String(value) };
	if (typeof value === "boolean") return { BOOL: value };
	if (isList(value)) return { L: value.map(toAttribute) };
	return { M: Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toAttribute(part)])) };
}

/** `Array.isArray` does not narrow read-only arrays. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
