import { type FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { toArchiveRow } from "#domain/archive/to-archive-row.ts";
import { toIdentityRow } from "#domain/archive/to-identity-row.ts";
import { type Archive, type ArchivedIdentity, ArchiveRefused } from "#domain/model/ports.ts";
import { batchesOf } from "../batches.ts";
import { codesOf, type Refused, type Resending, sendUntilTaken, withJitter } from "../resend.ts";
import { type PackedRecord, packRecords } from "./pack-records.ts";

/** PutRecordBatch takes 500 records and 4 MiB a call. */
const LIMITS = { count: 500, bytes: 4_000_000 };

type FirehoseOptions = {
	readonly client: FirehoseClient;
	readonly stream: string;
	/** @default four more tries, with jitter */
	readonly resending?: Resending;
};

/** The archive of events on Firehose. */
export const firehoseArchive = (options: FirehoseOptions): Archive => rowsToFirehose(options, toArchiveRow);

/** The archive of changes of identity on Firehose, by a stream of its own. */
export const firehoseIdentityArchive = (options: FirehoseOptions): Archive<ArchivedIdentity> =>
	rowsToFirehose(options, toIdentityRow);

/**
 * An archive on Firehose, which writes it to S3. Rows go as lines of JSON, many in one record: Firehose bills each
 * record as 5 KB at least. `PutRecordBatch` can answer 200 and still have lost records: each one's own result is read,
 * and only those that failed are sent again.
 */
function rowsToFirehose<Kept>(
	{ client, stream, resending = withJitter }: FirehoseOptions,
	rowOf: (kept: Kept) => object,
): Archive<Kept> {
	async function put(records: readonly PackedRecord[]): Promise<Refused<PackedRecord>[]> {
		const refused: Refused<PackedRecord>[] = [];
		for (const batch of batchesOf(records, LIMITS, ({ data }) => data.byteLength)) {
			const Records = batch.map(({ data }) => ({ Data: data }));
			const call = new PutRecordBatchCommand({ DeliveryStreamName: stream, Records });
			const { RequestResponses: results } = await client.send(call);
			for (const [i, item] of batch.entries()) {
				const result = results?.[i];
				if (!result?.RecordId) refused.push({ item, code: result?.ErrorCode ?? "NoResult" });
			}
		}
		return refused;
	}

	return {
		async store(rows) {
			const records = packRecords(rows.map((row) => `${JSON.stringify(rowOf(row))}\n`));
			const refused = await sendUntilTaken(records, put, resending);
			if (refused.length === 0) return;
			throw new ArchiveRefused(positionsIn(refused), rows.length, codesOf(refused));
		},
	};
}

/** Of the rows in the records that stayed refused. */
function positionsIn(refused: readonly Refused<PackedRecord>[]): ReadonlySet<number> {
	const positions = new Set<number>();
	for (const { item } of refused) for (let at = item.from; at < item.to; at++) positions.add(at);
	return positions;
}
