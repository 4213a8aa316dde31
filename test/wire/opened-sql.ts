import { randomUUID } from "node:crypto";
import { AthenaClient, CreateWorkGroupCommand, type StartQueryExecutionCommandInput } from "@aws-sdk/client-athena";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { athenaSql } from "#adapters/aws/athena/sql.ts";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import { archiveDay, toArchiveRow } from "#domain/archive/to-archive-row.ts";
import type { ArchivedEvent } from "#domain/model/ports.ts";
import { eventsViewSql } from "#lib/constructs/events-view.ts";
import type { OpenedSql } from "#test/adapters/sql.contract.ts";
import type { Aws } from "./emulated.ts";

export const RAW_TABLE = "archived_events";

/** Athena over an archive of these events: the bucket, the Glue database and the raw table, as the data stack makes them. */
export async function openSql(aws: Aws, events: readonly ArchivedEvent[]): Promise<OpenedSql> {
	const name = `sql-${randomUUID()}`;
	const database = name.replaceAll("-", "_");
	await aws.s3.send(
		new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
	);
	for (const [n, event] of events.entries()) {
		const Key = `events/day=${archiveDay(event)}/${n}.ndjson`;
		await aws.s3.send(new PutObjectCommand({ Bucket: name, Key, Body: `${JSON.stringify(toArchiveRow(event))}\n` }));
	}
	await glue(aws, "CreateDatabase", { DatabaseInput: { Name: database } });
	await glue(aws, "CreateTable", { DatabaseName: database, TableInput: rawTable(`s3://${name}/events/`) });

	const athena = new AthenaClient(aws.settings);
	const ResultConfiguration = { OutputLocation: `s3://${name}/results/` };
	await athena.send(new CreateWorkGroupCommand({ Name: name, Configuration: { ResultConfiguration } }));
	showView(athena);
	return {
		sql: athenaSql({ client: athena, database, workgroup: name }),
		close: async () => athena.destroy(),
	};
}

const rawTable = (Location: string) => ({
	Name: RAW_TABLE,
	TableType: "EXTERNAL_TABLE",
	Parameters: { classification: "json" },
	PartitionKeys: [{ Name: "day", Type: "string" }],
	StorageDescriptor: {
		Columns: ARCHIVE_COLUMNS.map(({ name, type }) => ({ Name: name, Type: type })),
		Location,
		InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
		OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
		SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
	},
});

/** MiniStack has no views: the deployed view's own text goes in front of each query, as the part `events` of it. */
function showView(athena: AthenaClient): void {
	athena.middlewareStack.add(
		(next, { commandName }) =>
			async (args) => {
				if (commandName !== "StartQueryExecutionCommand") return next(args);
				const input = args.input as StartQueryExecutionCommandInput; // by the command's name
				return next({ ...args, input: { ...input, QueryString: withView(input.QueryString ?? "") } });
			},
		{ step: "initialize" },
	);
}

function withView(query: string): string {
	const view = `WITH events AS (${eventsViewSql(RAW_TABLE)})`;
	const parts = /^\s*with\b/i.exec(query);
	return parts ? `${view}, ${query.slice(parts[0].length)}` : `${view} ${query}`;
}

/** The Glue catalogue without its client, which nothing else here needs. */
async function glue({ settings }: Aws, operation: string, input: object): Promise<void> {
	const scope = `${settings.credentials.accessKeyId}/20260101/${settings.region}/glue/aws4_request`;
	const answer = await fetch(settings.endpoint, {
		method: "POST",
		headers: {
			"content-type": "application/x-amz-json-1.1",
			"x-amz-target": `AWSGlue.${operation}`,
			// an emulator reads the region here and checks no signature
			authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
		},
		body: JSON.stringify(input),
	});
	if (!answer.ok) throw new Error(`Glue's ${operation}: ${await answer.text()}`);
}
