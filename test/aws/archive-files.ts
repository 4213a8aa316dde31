import { gunzipSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

export type ArchivedLine = { readonly folder: string; readonly row: Readonly<Record<string, unknown>> };

/** Every row of one kind in the archive, with the folder that its file lies in. */
export async function readArchive(
	s3: S3Client,
	Bucket: string,
	kind: "events" | "identity-changes" = "events",
): Promise<ArchivedLine[]> {
	const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${kind}/` }));
	const files = await Promise.all(
		Contents.map(async ({ Key = "" }) => {
			const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
			const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
			const text = (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString("utf8");
			const lines = text.split("\n").filter((line) => line !== "");
			return lines.map((line) => ({ folder: Key.slice(0, Key.lastIndexOf("/") + 1), row: JSON.parse(line) }));
		}),
	);
	return files.flat();
}

/** AWS compresses, the emulator does not. */
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
