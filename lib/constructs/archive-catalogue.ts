import { Aws } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import { IDENTITIES_VIEW, IDENTITY_CHANGES } from "#contracts/archive/identity-changes.ts";
import { SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import { eventsView, identitiesView, identityChangesTable, rawTable, sampledEventsTable } from "./archive-tables.ts";

export interface ArchiveCatalogueProps {
	/** Lower case and underscores: Athena takes no other. */
	readonly databaseName: string;
	readonly bucket: IBucket;
	/** Folders in the bucket, each with its slash. */
	readonly events: string;
	readonly identityChanges: string;
	/** The S3 URL of another folder, with its slash: of the people that previews look at. */
	readonly samples: string;
}

/**
 * How SQL sees the archive: a database, the tables over the files, and the views `events` and `identities` that everybody
 * should ask. Days are computed, not registered (partition projection): nothing has to run for a new day to be there.
 */
export class ArchiveCatalogue extends Construct {
	readonly databaseName: string;
	/** What a reader of the catalogue needs, and no other table. */
	readonly arns: readonly string[];

	constructor(scope: Construct, id: string, props: ArchiveCatalogueProps) {
		super(scope, id);
		const { databaseName, bucket } = props;
		this.databaseName = databaseName;
		const arn = (path: string) => `arn:${Aws.PARTITION}:glue:${Aws.REGION}:${Aws.ACCOUNT_ID}:${path}`;
		this.arns = [
			arn("catalog"),
			arn(`database/${databaseName}`),
			...[RAW_TABLE, EVENTS_VIEW, IDENTITY_CHANGES, IDENTITIES_VIEW, SAMPLED_EVENTS].map((table) =>
				arn(`table/${databaseName}/${table}`),
			),
		];

		const database = new CfnDatabase(this, "Database", {
			catalogId: Aws.ACCOUNT_ID,
			databaseInput: { name: databaseName, description: "Tutti: the archive of events" },
		});
		const table = (name: string, tableInput: CfnTable.TableInputProperty) =>
			new CfnTable(this, name, { catalogId: Aws.ACCOUNT_ID, databaseName: database.ref, tableInput });
		table("RawTable", rawTable(`s3://${bucket.bucketName}/${props.events}`));
		table("EventsView", eventsView(databaseName));
		table("IdentityChanges", identityChangesTable(`s3://${bucket.bucketName}/${props.identityChanges}`));
		table("IdentitiesView", identitiesView(databaseName));
		table("SampledEvents", sampledEventsTable(props.samples));
	}
}
