import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { outboxWrite } from "#adapters/items/outbox.ts";
import type { BusEntry } from "#domain/model/ports.ts";

/** The entry of an outbox row as the table holds it. */
function storedEntry(id: string, entry: BusEntry): { pk: string; entry: string } {
	const write = outboxWrite(id, entry, new Date("2026-03-01T10:00:00Z"));
	if (write.kind !== "put" || typeof write.item.entry !== "string") throw new Error("an outbox row is a put");
	return { pk: write.item.pk, entry: write.item.entry };
}

/** A record of the table's stream in the documented shape (Lambda, "Using Lambda with DynamoDB", example event). */
export function outboxInsert(sequenceNumber: string, entry: BusEntry): DynamoDBRecord {
	const { pk, entry: text } = storedEntry(sequenceNumber, entry);
	return {
		eventID: `event-${sequenceNumber}`,
		eventVersion: "1.1",
		dynamodb: {
			ApproximateCreationDateTime: 1_772_359_200,
			Keys: { pk: { S: pk }, sk: { S: "ROW" } },
			NewImage: { pk: { S: pk }, sk: { S: "ROW" }, entry: { S: text }, ttl: { N: "1772445600" } },
			SequenceNumber: sequenceNumber,
			SizeBytes: 120,
			StreamViewType: "NEW_IMAGE",
		},
		awsRegion: "eu-west-1",
		eventName: "INSERT",
		eventSourceARN: "arn:aws:dynamodb:eu-west-1:123456789012:table/tutti/stream/2026-03-01T00:00:00.000",
		eventSource: "aws:dynamodb",
	};
}

export const streamEvent = (...Records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records });
