import { pipeline, Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parse } from "csv-parse";

/** Opens a file by its address, `s3://bucket/key`. */
export type OpenFile = (uri: string) => Promise<Readable>;

/** Files of S3. */
export const s3Files =
	(client: S3Client): OpenFile =>
	async (uri) => {
		const [, Bucket = "", Key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
		const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
		if (!(Body instanceof Readable)) throw new TypeError("S3 answered no stream");
		return Body;
	};

/**
 * The rows of a result as Athena writes it to S3, without the columns' names: CSV with every value in quotation marks, and NULL as
 * nothing at all. One row at a time, whatever the size of the file; what is not read any more is not fetched.
 */
export async function* rowsInFile(file: Readable): AsyncGenerator<readonly (string | undefined)[]> {
	const parser = parse({
		from: 2,
		cast: (text, { quoting }) => (quoting || text !== "" ? text : undefined),
	});
	// what breaks off ends the loop below with its error
	pipeline(file, parser, () => undefined);
	for await (const row of parser) yield row as (string | undefined)[]; // as `cast` makes them
}
