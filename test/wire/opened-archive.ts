import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { CreateDeliveryStreamCommand, DeleteDeliveryStreamCommand } from "@aws-sdk/client-firehose";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { firehoseArchive, firehoseIdentityArchive } from "#adapters/aws/firehose/archive.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { IdentityRow } from "#contracts/archive/identity-changes.ts";
import type { OpenedArchive } from "#test/adapters/archive.contract.ts";
import type { OpenedIdentityArchive } from "#test/adapters/identity-archive.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";

export type OpenedStream = OpenedArchive & {
	/** The objects in the bucket, unpacked, by their keys. */
	objects(): Promise<ReadonlyMap<string, Buffer>>;
};

type Streaming = Pick<Aws, "firehose" | "s3">;

/** The archive of events over a stream of its own. */
export async function openArchive(aws: Streaming): Promise<OpenedStream> {
	const { name, objects, close } = await openStream(aws);
	return {
		archive: firehoseArchive({ client: aws.firehose, stream: name }),
		objects,
		// The day is that of the row: which folder it lies in is the stream's work, not the adapter's.
		rows: async () =>
			rowsIn<ArchiveRow>(await objects()).map((row) => ({ day: row.received_at?.slice(0, 10) ?? "", row })),
		close,
	};
}

/** The archive of changes of identity over a stream of its own. */
export async function openIdentityArchive(aws: Streaming): Promise<OpenedIdentityArchive> {
	const { name, objects, close } = await openStream(aws);
	return {
		identityArchive: firehoseIdentityArchive({ client: aws.firehose, stream: name }),
		rows: async () =>
			rowsIn<IdentityRow>(await objects()).map((row) => ({ day: row.changed_at?.slice(0, 10) ?? "", row })),
		close,
	};
}

/** A stream into a bucket of its own, with the settings of the deployed ones that an emulator looks at. */
async function openStream({ firehose, s3 }: Streaming) {
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
	return {
		name,
		objects: () => objectsIn(s3, name),
		close: async () => {
			await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }));
		},
	};
}

/** Every line of every object. */
const rowsIn = <Row>(objects: ReadonlyMap<string, Buffer>): Row[] =>
	[...objects.values()].flatMap((object) => {
		const text = object.toString();
		if (!text.endsWith("\n")) throw new Error("the last line of an object has no end");
		const lines = text.slice(0, -1).split("\n");
		return lines.map((line) => JSON.parse(line) as Row); // what the stream was given
	});

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
