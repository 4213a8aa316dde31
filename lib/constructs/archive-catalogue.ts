import { Aws } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import { eventsView, rawTable } from "./archive-tables.ts";

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
		const table = (name: string, tableInput: CfnTable.TableInputProperty) =>
			new CfnTable(this, name, { catalogId: Aws.ACCOUNT_ID, databaseName: database.ref, tableInput });
		table("RawTable", rawTable(`s3://${bucket.bucketName}/${prefix}`));
		table("EventsView", eventsView(databaseName));
	}
}
