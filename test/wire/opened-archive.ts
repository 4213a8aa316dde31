import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { CreateDeliveryStreamCommand, DeleteDeliveryStreamCommand } from "@aws-sdk/client-firehose";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { firehoseArchive } from "#adapters/aws/firehose/archive.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { OpenedArchive } from "#test/adapters/archive.contract.ts";
import type { Aws } from "./emulated.ts";

export type OpenedStream = OpenedArchive & {
	/** The objects in the bucket, unpacked, by their keys. */
	objects(): Promise<ReadonlyMap<string, Buffer>>;
};

/** A stream into a bucket of its own, with the settings of the deployed one that an emulator looks at. */
export async function openArchive({ firehose, s3 }: Pick<Aws, "firehose" | "s3">): Promise<OpenedStream> {
	const name = `archive-${randomUUID()}`;
	await s3.send(
		new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
	);
	await firehose.send(
		new CreateDeliveryStreamCommand({
			DeliveryStreamName: name,
			DeliveryStreamType: "DirectPut",
			ExtendedS3DestinationConfiguration: {
				BucketARN: `arn:aws:s3:::${name}`,
				RoleARN: "arn:aws:iam::123456789012:role/firehose",
				Prefix: "events/day=!{timestamp:yyyy-MM-dd}/",
				ErrorOutputPrefix: "errors/!{firehose:error-output-type}/",
				CompressionFormat: "GZIP",
			},
		}),
	);
	const objects = () => objectsIn(s3, name);
	return {
		archive: firehoseArchive({ client: firehose, stream: name }),
		objects,
		rows: async () => [...(await objects()).values()].flatMap(rowsOf),
		close: async () => {
			await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }));
		},
	};
}

/** The day is that of the row: which folder it lies in is the stream's work, not the adapter's. */
function rowsOf(object: Buffer): { day: string; row: ArchiveRow }[] {
	const text = object.toString();
	if (!text.endsWith("\n")) throw new Error("the last line of an object has no end");
	const rows = text
		.slice(0, -1)
		.split("\n")
		.map((line) => JSON.parse(line) as ArchiveRow);
	return rows.map((row) => ({ day: row.received_at?.slice(0, 10) ?? "", row }));
}

async function objectsIn(s3: Aws["s3"], Bucket: string): Promise<Map<string, Buffer>> {
	const objects = new Map<string, Buffer>();
	let ContinuationToken: string | undefined;
	do {
		const page = await s3.send(new ListObjectsV2Command({ Bucket, ...(ContinuationToken && { ContinuationToken }) }));
		for (const { Key = "" } of page.Contents ?? []) {
			const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
			objects.set(Key, unpacked(Buffer.from((await Body?.transformToByteArray()) ?? [])));
		}
		ContinuationToken = page.NextContinuationToken;
	} while (ContinuationToken);
	return objects;
}

const unpacked = (bytes: Buffer): Buffer => (bytes.readUInt16BE(0) === 0x1f8b ? gunzipSync(bytes) : bytes);
