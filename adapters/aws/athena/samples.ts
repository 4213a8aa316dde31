import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import type { SampleAbout, Samples } from "#domain/segment/ports-of-preview.ts";
import { sqlText } from "#domain/segment/sql-dialect.ts";
import { type Execution, execute, pollGently } from "./execution.ts";

/** Drawing reads the whole archive. */
const LONGEST_SECONDS = 600;
const CURRENT = "current.json";

/**
 * Samples as Parquet files below `folder` of a bucket, which Athena writes itself (`UNLOAD`): nothing of them goes through a function.
 * `current.json` beside them says which is in force. Those before are left to the bucket's lifecycle: somebody may be reading.
 */
export function athenaSamples(deps: {
	readonly athena: Execution["client"];
	readonly s3: S3Client;
	readonly database: string;
	readonly workgroup: string;
	readonly bucket: string;
	/** With its slash: `samples/`. */
	readonly folder: string;
	readonly now?: () => Date;
	readonly deadlineSeconds?: number;
	readonly wait?: Execution["wait"];
}): Samples {
	const { athena, s3, bucket, folder } = deps;
	const { now = () => new Date(), deadlineSeconds = LONGEST_SECONDS, wait = pollGently } = deps;
	const execution = { ...deps, client: athena, now, deadlineSeconds, wait };
	const current = { Bucket: bucket, Key: `${folder}${CURRENT}` };
	return {
		async draw({ rows, about }) {
			// it wants a folder with nothing in it: a draw that failed and comes again has another moment
			const drawn = `${about.asOf.replaceAll(/[^0-9]/g, "")}-${now().getTime()}`;
			const to = sqlText(`s3://${bucket}/${folder}drawn=${drawn}/`);
			await execute(`UNLOAD (${rows}) TO ${to} WITH (format = 'PARQUET')`, execution);
			await s3.send(new PutObjectCommand({ ...current, Body: JSON.stringify({ ...about, drawn }) }));
		},
		async current() {
			const text = await s3
				.send(new GetObjectCommand(current))
				.then(({ Body }) => Body?.transformToString())
				.catch((error: unknown) => {
					if (error instanceof NoSuchKey) return undefined;
					throw error;
				});
			if (text === undefined) return undefined;
			const { drawn, ...about } = JSON.parse(text) as SampleAbout & { readonly drawn: string }; // written above
			return { ...about, events: `(SELECT * FROM ${SAMPLED_EVENTS} WHERE drawn = ${sqlText(drawn)})` };
		},
		async forget() {
			await s3.send(new DeleteObjectCommand(current));
		},
	};
}
