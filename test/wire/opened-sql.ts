import { randomUUID } from "node:crypto";
import { AthenaClient, CreateWorkGroupCommand, type StartQueryExecutionCommandInput } from "@aws-sdk/client-athena";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { athenaSql } from "#adapters/aws/athena/sql.ts";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import {
	IDENTITIES_VIEW,
	IDENTITY_CHANGES,
	IDENTITY_COLUMNS,
	identitiesSql,
} from "#contracts/archive/identity-changes.ts";
import { archiveDay, toArchiveRow } from "#domain/archive/to-archive-row.ts";
import { identityDay, toIdentityRow } from "#domain/archive/to-identity-row.ts";
import type { ArchivedEvent, ArchivedIdentity } from "#domain/model/ports.ts";
import { eventsViewSql } from "#lib/constructs/events-view.ts";
import type { OpenedSql } from "#test/adapters/sql.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";

export const RAW_TABLE = "archived_events";

/** Athena over an archive of these: the bucket, the Glue database and the tables, as the data stack makes them. */
export async function openSql(
	aws: Aws,
	events: readonly ArchivedEvent[],
	changes: readonly ArchivedIdentity[] = [],
): Promise<OpenedSql> {
	const name = `sql-${randomUUID()}`;
	const database = name.replaceAll("-", "_");
	await aws.s3.send(
		new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
	);
	await glue(aws, "CreateDatabase", { DatabaseInput: { Name: database } });
	for (const table of tablesOf(events, changes)) await make(table, { aws, bucket: name, database });

	const athena = new AthenaClient(aws.settings);
	const ResultConfiguration = { OutputLocation: `s3://${name}/results/` };
	await athena.send(new CreateWorkGroupCommand({ Name: name, Configuration: { ResultConfiguration } }));
	showViews(athena);
	return {
		sql: athenaSql({ client: athena, database, workgroup: name }),
		close: async () => athena.destroy(),
	};
}

const tablesOf = (events: readonly ArchivedEvent[], changes: readonly ArchivedIdentity[]): Table[] => [
	{
		name: RAW_TABLE,
		columns: ARCHIVE_COLUMNS,
		folder: "events",
		rows: events.map((event) => ({ day: archiveDay(event), row: toArchiveRow(event) })),
	},
	{
		name: IDENTITY_CHANGES,
		columns: IDENTITY_COLUMNS,
		folder: "identity-changes",
		rows: changes.map((change) => ({ day: identityDay(change), row: toIdentityRow(change) })),
	},
];

type Place = { readonly aws: Aws; readonly bucket: string; readonly database: string };

async function make(table: Table, { aws, bucket, database }: Place): Promise<void> {
	for (const [n, { day, row }] of table.rows.entries()) {
		const Key = `${table.folder}/day=${day}/${n}.ndjson`;
		await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `${JSON.stringify(row)}\n` }));
	}
	const TableInput = tableInput(table, `s3://${bucket}/${table.folder}/`);
	await glue(aws, "CreateTable", { DatabaseName: database, TableInput });
}

type Table = {
	readonly name: string;
	readonly columns: readonly { readonly name: string; readonly type: string }[];
	readonly folder: string;
	readonly rows: readonly { readonly day: string; readonly row: object }[];
};

const tableInput = ({ name, columns }: Table, Location: string) => ({
	Name: name,
	TableType: "EXTERNAL_TABLE",
	Parameters: { classification: "json" },
	PartitionKeys: [{ Name: "day", Type: "string" }],
	StorageDescriptor: {
		Columns: columns.map((column) => ({ Name: column.name, Type: column.type })),
		Location,
		InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
		OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
		SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
	},
});

/** MiniStack has no views: the deployed views' own texts go in front of each query, as parts of it under their names. */
function showViews(athena: AthenaClient): void {
	athena.middlewareStack.add(
		(next, { commandName }) =>
			async (args) => {
				if (commandName !== "StartQueryExecutionCommand") return next(args);
				const input = args.input as StartQueryExecutionCommandInput; // by the command's name
				return next({ ...args, input: { ...input, QueryString: withViews(input.QueryString ?? "") } });
			},
		{ step: "initialize" },
	);
}

function withViews(query: string): string {
	const views = `WITH events AS (${eventsViewSql(RAW_TABLE)}), ${IDENTITIES_VIEW} AS (${identitiesSql(IDENTITY_CHANGES)})`;
	const parts = /^\s*with\b/i.exec(query);
	return parts ? `${views}, ${query.slice(parts[0].length)}` : `${views} ${query}`;
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
