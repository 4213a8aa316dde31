import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import * as z from "zod";
import { type Bus, type BusEntry, BusRefused } from "#domain/model/ports.ts";
import type { TransitionCounts } from "#domain/segment/transition-counts.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { countTransitions } from "./count-transitions.ts";

/** What a stream record of an outbox row must have: the entry, as JSON in a string attribute. */
const outboxRow = z.object({ NewImage: z.object({ entry: z.object({ S: z.string() }) }) });
const busEntry = z.object({ source: z.string().min(1), detailType: z.string().min(1), detail: z.unknown() });

type Deps = {
	readonly bus: Bus;
	readonly log: Log;
	/** Counts who entered and exited segments. @default nobody counts */
	readonly transitions?: Pick<TransitionCounts, "count">;
};

type Read = { readonly sequenceNumber: string; readonly entry: BusEntry | undefined };

/**
 * Puts on the bus what was written into the outbox, in the order it was written. Only insertions count: a row that
 * expires has been told. A row that cannot be read is reported as failed, so that it reaches the failure destination,
 * and does not keep the others from being published. At least once: after a failure Lambda gives everything from the
 * first failed record on again, and consumers know a transition they have seen by its id; so does the count by days.
 */
export function publishChanges({ bus, log, transitions }: Deps) {
	return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
		const rows = Records.filter(isOutboxInsert).map((record) => readRow(record, log));
		const unreadable = rows.filter(({ entry }) => entry === undefined);
		const unpublished = await publish(
			rows.flatMap(({ sequenceNumber, entry }) => (entry ? [{ sequenceNumber, entry }] : [])),
			bus,
		);
		const lost = new Set(unpublished.map(({ sequenceNumber }) => sequenceNumber));
		const told = rows.flatMap(({ sequenceNumber, entry }) => (entry && !lost.has(sequenceNumber) ? [entry] : []));
		await countTransitions(told, { log, ...(transitions && { transitions }) });
		if (unpublished.length > 0) log.warn("the bus refused entries", { refused: unpublished.length, of: rows.length });
		const failed = new Set([...unreadable, ...unpublished].map(({ sequenceNumber }) => sequenceNumber));
		return {
			batchItemFailures: rows
				.filter(({ sequenceNumber }) => failed.has(sequenceNumber))
				.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
		};
	});
}

const isOutboxInsert = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
	eventName === "INSERT" && dynamodb?.Keys?.pk?.S?.startsWith("OUT#") === true;

function readRow({ dynamodb }: DynamoDBRecord, log: Log): Read {
	const sequenceNumber = dynamodb?.SequenceNumber ?? "";
	try {
		const { entry } = outboxRow.parse(dynamodb).NewImage;
		return { sequenceNumber, entry: busEntry.parse(JSON.parse(entry.S)) };
	} catch (error) {
		log.error("an outbox row could not be read", { sequenceNumber, ...describeError(error) });
		return { sequenceNumber, entry: undefined };
	}
}

type Readable = { readonly sequenceNumber: string; readonly entry: BusEntry };

/** All together, which is cheapest; if some are refused one by one, so that one the bus never takes holds up no other. */
async function publish(rows: readonly Readable[], bus: Bus): Promise<readonly Readable[]> {
	if (rows.length === 0 || (await isTaken(rows, bus))) return [];
	const refused: Readable[] = [];
	for (const row of rows) {
		if (rows.length === 1 || !(await isTaken([row], bus))) refused.push(row);
	}
	return refused;
}

async function isTaken(rows: readonly Readable[], bus: Bus): Promise<boolean> {
	try {
		await bus.publish(rows.map(({ entry }) => entry));
		return true;
	} catch (error) {
		if (error instanceof BusRefused) return false;
		throw error;
	}
}
