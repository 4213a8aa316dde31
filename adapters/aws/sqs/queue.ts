import {
	type BatchResultErrorEntry,
	ChangeMessageVisibilityBatchCommand,
	DeleteMessageBatchCommand,
	GetQueueAttributesCommand,
	type Message,
	ReceiveMessageCommand,
	SendMessageBatchCommand,
	type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Queue, QueueMessage, ReceivedMessage } from "#domain/model/ports.ts";
import { batchesOf, utf8Bytes } from "../batches.ts";
import { codesOf, type Refused, type Resending, sendUntilTaken, withJitter } from "../resend.ts";

/** A batch call takes 10 messages, and 256 KB of them together where the newer 1 MB is not there yet. */
const LIMITS = { count: 10, bytes: 256 * 1024 };
/** How SQS says that a receipt's message is deleted already, or visible to all again. */
const GONE = /ReceiptHandleIsInvalid|MessageNotInflight/;

type BatchAnswer = {
	readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined;
	readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
};

/**
 * A queue on SQS. The batch calls can answer 200 and still have failed for some: each message's own result is read, only
 * those that failed are sent again, and what stays failed is thrown. `waitSeconds` is how long `receive` waits for a
 * first message: without waiting at all SQS may overlook some. @default 1
 */
export function sqsQueue(deps: {
	readonly client: SQSClient;
	readonly url: string;
	readonly waitSeconds?: number;
	readonly resending?: Resending;
}): Queue {
	const { client, url: QueueUrl, waitSeconds = 1, resending = withJitter } = deps;

	async function inBatches<T>(what: string, items: readonly T[], { bytesOf, call, isDone }: BatchCall<T>) {
		const send = async (some: readonly T[]) => {
			const refused: Refused<T>[] = [];
			for (const batch of batchesOf(some, LIMITS, bytesOf))
				refused.push(...refusedOf(batch, await call(batch), isDone));
			return refused;
		};
		const refused = await sendUntilTaken(items, send, resending);
		if (refused.length === 0) return;
		throw new Error(
			`the queue refused to ${what} ${refused.length} of ${items.length}: ${codesOf(refused).join(", ")}`,
		);
	}

	return {
		send: (messages) =>
			inBatches<QueueMessage>("send", messages, {
				bytesOf: ({ body }) => utf8Bytes(body),
				call: (batch) => client.send(new SendMessageBatchCommand({ QueueUrl, Entries: batch.map(toSend) })),
			}),
		delete: (messages) =>
			inBatches<ReceivedMessage>("delete", messages, {
				bytesOf: () => 0,
				call: (batch) => client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: batch.map(toDelete) })),
				isDone: (code) => GONE.test(code),
			}),
		release: (messages, delaySeconds) =>
			inBatches<ReceivedMessage>("release", messages, {
				bytesOf: () => 0,
				call: (batch) => {
					const Entries = batch.map((message, i) => ({ ...toDelete(message, i), VisibilityTimeout: delaySeconds }));
					return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
				},
				isDone: (code) => GONE.test(code),
			}),
		async receive(max) {
			const { Messages = [] } = await client.send(
				new ReceiveMessageCommand({
					QueueUrl,
					MaxNumberOfMessages: Math.min(max, LIMITS.count),
					WaitTimeSeconds: waitSeconds,
					MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
				}),
			);
			return Messages.map(received);
		},
		async depth() {
			const AttributeNames = Object.values(DEPTH);
			const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
			const count = (name: keyof typeof DEPTH) => Number(Attributes[DEPTH[name]] ?? 0);
			return { waiting: count("visible") + count("delayed"), inFlight: count("inFlight") };
		},
	};
}

type BatchCall<T> = {
	readonly bytesOf: (item: T) => number;
	readonly call: (batch: readonly T[]) => Promise<BatchAnswer>;
	/** Whether a refusal with this code means that there was nothing left to do. */
	readonly isDone?: (code: string) => boolean;
};

const DEPTH = {
	visible: "ApproximateNumberOfMessages",
	delayed: "ApproximateNumberOfMessagesDelayed",
	inFlight: "ApproximateNumberOfMessagesNotVisible",
} as const;

/** What a batch call did not say it took. The entries' ids are their positions. */
function refusedOf<T>(batch: readonly T[], answer: BatchAnswer, isDone?: (code: string) => boolean): Refused<T>[] {
	const taken = new Set(answer.Successful?.map(({ Id }) => Id));
	const codes = new Map(answer.Failed?.map(({ Id, Code }) => [Id, Code ?? "Unknown"]));
	return batch.flatMap((item, i) => {
		const code = codes.get(String(i)) ?? "NoResult";
		return taken.has(String(i)) || isDone?.(code) ? [] : [{ item, code }];
	});
}

const toSend = ({ body, delaySeconds }: QueueMessage, i: number) => ({
	Id: String(i),
	MessageBody: body,
	...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
});

const toDelete = ({ receipt }: ReceivedMessage, i: number) => ({ Id: String(i), ReceiptHandle: receipt });

const received = ({ MessageId = "", Body = "", ReceiptHandle = "", Attributes = {} }: Message): ReceivedMessage => ({
	messageId: MessageId,
	body: Body,
	receipt: ReceiptHandle,
	receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
	sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
});
