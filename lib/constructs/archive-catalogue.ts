import { Aws } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { ARCHIVE_COLUMNS, EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import { eventsViewSql, prestoView, VIEW_COLUMNS } from "./events-view.ts";

/** The first day that the archive can have a partition of. */
const FIRST_DAY = "2026-01-01";

export interface ArchiveCatalogueProps {
	/** Lower case and underscores: Athena takes no other. */
	readonly databaseName: string;
	readonly bucket: IBucket;
	/** Folder of the events in the bucket, with its slash. */
	readonly prefix: string;
}

/**
 * How SQL sees the archive: a database, the raw table over the files, and the view `events` that everybody should ask.
 * Days are computed, not registered (partition projection): nothing has to run for a new day to be there.
 */
export class ArchiveCatalogue extends Construct {
	readonly databaseName: string;
	/** What a reader of the catalogue needs, and no other table. */
	readonly arns: readonly string[];

	constructor(scope: Construct, id: string, { databaseName, bucket, prefix }: ArchiveCatalogueProps) {
		super(scope, id);
		this.databaseName = databaseName;
		const arn = (path: string) => `arn:${Aws.PARTITION}:glue:${Aws.REGION}:${Aws.ACCOUNT_ID}:${path}`;
		this.arns = [
			arn("catalog"),
			arn(`database/${databaseName}`),
			...[RAW_TABLE, EVENTS_VIEW].map((table) => arn(`table/${databaseName}/${table}`)),
		];

		const database = new CfnDatabase(this, "Database", {
			catalogId: Aws.ACCOUNT_ID,
			databaseInput: { name: databaseName, description: "Tutti: the archive of events" },
		});
		const columns = ARCHIVE_COLUMNS.map(({ name, type }) => ({ name, type }));
		const folder = `s3://${bucket.bucketName}/${prefix}`;

		const table = (name: string, tableInput: CfnTable.TableInputProperty) =>
			new CfnTable(this, name, {
				catalogId: Aws.ACCOUNT_ID,
				databaseName: database.ref,
				tableInput,
			});

		table("RawTable", {
			name: RAW_TABLE,
			description: "Every accepted event as it was delivered, some more than once. Ask the view events instead.",
			tableType: "EXTERNAL_TABLE",
			parameters: {
				classification: "json",
				"projection.enabled": "true",
				"projection.day.type": "date",
				"projection.day.format": "yyyy-MM-dd",
				"projection.day.range": `${FIRST_DAY},NOW`,
				"storage.location.template": `${folder}day=\${day}/`,
			},
			partitionKeys: [{ name: "day", type: "string" }],
			storageDescriptor: {
				columns,
				location: folder,
				inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
				outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
				serdeInfo: {
					serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
					// One broken line must not take the answer to every question with it: it becomes nulls, which the view drops.
					parameters: { "ignore.malformed.json": "true" },
				},
			},
		});
		const sql = eventsViewSql(RAW_TABLE);
		table("EventsView", {
			name: EVENTS_VIEW,
			description: "Every accepted event, once.",
			tableType: "VIRTUAL_VIEW",
			parameters: { presto_view: "true", comment: "Presto View" },
			partitionKeys: [],
			storageDescriptor: { columns: VIEW_COLUMNS.map(({ name, type }) => ({ name, type })), serdeInfo: {} },
			viewOriginalText: prestoView({ database: databaseName, sql }),
			viewExpandedText: "/* Presto View */",
		});
	}
}
