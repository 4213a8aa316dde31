import { Duration } from "aws-cdk-lib";
import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { StorageClass } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { acknowledgeObjects } from "./acknowledge.ts";
import { ArchiveCatalogue } from "./archive-catalogue.ts";
import { ArchiveQueries } from "./archive-queries.ts";
import { ArchiveStream } from "./archive-stream.ts";
import { PrivateBucket } from "./private-bucket.ts";
import { SavedQueries } from "./saved-queries.ts";
import type { StageFunction } from "./stage-function.ts";

const EVENTS = "events/";
const ERRORS = "errors/";

/**
 * Every accepted event, raw, for ever (DESIGN D12): the way in, the files, and the way to ask them. Versions undo a
 * mistake, and end after the days that an erasure may take to be complete.
 */
export class EventArchive extends Construct {
	readonly bucket: PrivateBucket;
	readonly stream: ArchiveStream;
	readonly catalogue: ArchiveCatalogue;
	readonly queries: ArchiveQueries;
	private readonly askers: ManagedPolicy;

	constructor(scope: Construct, id: string, settings: Settings) {
		super(scope, id);
		const accessLogs = new PrivateBucket(this, "AccessLogs", {
			isKept: settings.isProtected,
			lifecycleRules: [{ id: "forget", expiration: Duration.days(settings.accessLogDays) }],
		});
		this.bucket = new PrivateBucket(this, "Bucket", {
			isKept: settings.isProtected,
			versioned: true,
			lifecycleRules: [
				{ id: "undo", noncurrentVersionExpiration: Duration.days(settings.archiveUndoDays) },
				{
					id: "rarely-read",
					transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
				},
			],
			serverAccessLogsBucket: accessLogs,
			serverAccessLogsPrefix: "archive/",
		});
		this.stream = new ArchiveStream(this, "Delivery", {
			settings,
			bucket: this.bucket,
			events: EVENTS,
			errors: ERRORS,
		});
		this.catalogue = new ArchiveCatalogue(this, "Catalogue", {
			databaseName: `tutti_${settings.stage}`,
			bucket: this.bucket,
			prefix: EVENTS,
		});
		this.queries = new ArchiveQueries(this, "Queries", { settings, accessLogs });
		this.askers = this.policyToAsk();
		new SavedQueries(this, "SavedQueries", {
			databaseName: this.catalogue.databaseName,
			workgroup: this.queries.workgroup,
		});
	}

	/** To ask SQL of the archive. */
	grantQuery(to: StageFunction): void {
		to.ownRole.addManagedPolicy(this.askers);
	}

	private policyToAsk(): ManagedPolicy {
		const policy = new ManagedPolicy(this, "Ask", { description: "To ask SQL of Tutti's archive of events" });
		this.queries.grantAsk(policy);
		for (const statement of [
			{
				actions: ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"],
				resources: [...this.catalogue.arns],
			},
			{ actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [this.bucket.bucketArn] },
			{ actions: ["s3:GetObject"], resources: [this.bucket.arnForObjects(`${EVENTS}*`)] },
		]) {
			policy.addStatements(new PolicyStatement(statement));
		}
		acknowledgeObjects(policy, {
			bucket: this.bucket,
			path: `${EVENTS}*`,
			reason: "A query reads every file of the days it asks for. It cannot read what failed, nor write.",
		});
		return policy;
	}
}
