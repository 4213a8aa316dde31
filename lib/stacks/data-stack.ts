import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import { Concern } from "../constructs/concern.ts";
import { EventArchive } from "../constructs/event-archive.ts";
import { InstallationSecrets } from "../constructs/installation-secrets.ts";
import { ItemTable } from "../constructs/item-table.ts";
import type { Settings } from "../settings.ts";

export interface DataStackProps extends StackProps {
	readonly settings: Settings;
}

/**
 * All that must survive. The other stacks can be thrown away and made again; this one cannot, so its logical ids never
 * change and, unless it is for trying out, neither it nor what it holds goes when somebody says delete.
 */
export class DataStack extends Stack {
	readonly settings: Settings;
	readonly bus: EventBus;
	readonly items: ItemTable;
	readonly archive: EventArchive;
	readonly secrets: InstallationSecrets;

	constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
		super(scope, id, {
			description: "Tutti: all that must survive",
			terminationProtection: settings.isProtected,
			...props,
		});
		this.settings = settings;
		this.bus = new EventBus(this, "Bus", {
			eventBusName: `tutti-${settings.stage}`,
			description: "What happened in Tutti. Hang your own rules here.",
		});
		this.items = new ItemTable(this, "Items", settings);
		this.archive = new EventArchive(this, "Archive", settings);
		this.secrets = new InstallationSecrets(this, "Secrets", settings);

		new CfnOutput(this, "BusName", { value: this.bus.eventBusName, description: "Hang your own rules here" });
		new CfnOutput(this, "TableName", { value: this.items.tableName });
		new CfnOutput(this, "ArchiveBucketName", { value: this.archive.bucket.bucketName });
		new CfnOutput(this, "AthenaWorkgroup", { value: this.archive.queries.workgroup });

		new Concern(this, "Throttled", {
			title: "The table is throttled",
			metric: new Metric({
				namespace: "AWS/DynamoDB",
				metricName: "WriteThrottleEvents",
				dimensionsMap: { TableName: this.items.tableName },
				statistic: "Sum",
				period: Duration.minutes(5),
			}),
			threshold: 100,
			impact:
				"Profiles and segments fall behind: one person's items, or the whole table, get more writes than they take.",
			runbook: "table-is-throttled",
		});
	}
}
