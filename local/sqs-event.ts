import { hash } from "node:crypto";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import type { ReceivedMessage } from "#domain/model/ports.ts";

/** A batch of messages as SQS hands it to a function. */
export const toSqsEvent = (messages: readonly ReceivedMessage[], queue: string): SQSEvent => ({
	Records: messages.map((message) => toRecord(message, queue)),
});

const toRecord = (message: ReceivedMessage, queue: string): SQSRecord => ({
	messageId: message.messageId,
	receiptHandle: message.receipt,
	body: message.body,
	attributes: {
		ApproximateReceiveCount: String(message.receiveCount),
		SentTimestamp: String(Date.parse(message.sentAt)),
		SenderId: "local",
		ApproximateFirstReceiveTimestamp: String(Date.parse(message.sentAt)),
	},
	messageAttributes: {},
	md5OfBody: hash("md5", message.body),
	eventSource: "aws:sqs",
	eventSourceARN: `arn:aws:sqs:local:000000000000:${queue}`,
	awsRegion: "local",
});
