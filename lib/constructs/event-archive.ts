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
const IDENTITY_CHANGES = "identity-changes/";
const IDENTITY_ERRORS = "identity-errors/";

/**
 * Every accepted event, raw, for ever (DESIGN D12), and every change of who is who: the ways in, the files, and the way to
 * ask them. Versions undo a mistake, and end after the days that an erasure may take to be complete.
 */
export class EventArchive extends Construct {
	readonly bucket: PrivateBucket;
	readonly stream: ArchiveStream;
	readonly identityStream: ArchiveStream;
	readonly catalogue: ArchiveCatalogue;
	readonly queries: ArchiveQueries;
	private readonly askers: ManagedPolicy;

	constructor(scope: Construct, id: string, settings: Settings) {
		super(scope, id);
		const accessLogs = new PrivateBucket(this, "AccessLogs", {
			isKept: settings.isProtected,
			lifecycleRules: [{ id: "forget", expiration: Duration.days(settings.accessLogDays) }],
		});
		this.bucket = this.bucketForEver(settings, accessLogs);
		this.stream = new ArchiveStream(this, "Delivery", {
			settings,
			bucket: this.bucket,
			rows: EVENTS,
			errors: ERRORS,
			title: "The archive",
			impact: "Events are accepted but do not reach the archive: SQL answers and recomputed segments go stale.",
		});
		this.identityStream = new ArchiveStream(this, "IdentityDelivery", {
			settings,
			bucket: this.bucket,
			rows: IDENTITY_CHANGES,
			errors: IDENTITY_ERRORS,
			title: "The archive of identities",
			impact: "Profiles are right, but SQL still takes people for several who have become one, or the other way round.",
		});
		this.queries = new ArchiveQueries(this, "Queries", { settings, accessLogs });
		this.catalogue = new ArchiveCatalogue(this, "Catalogue", {
			databaseName: `tutti_${settings.stage}`,
			bucket: this.bucket,
			events: EVENTS,
			identityChanges: IDENTITY_CHANGES,
			samples: this.queries.samples,
		});
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

	private bucketForEver({ isProtected, archiveUndoDays }: Settings, accessLogs: PrivateBucket): PrivateBucket {
		return new PrivateBucket(this, "Bucket", {
			isKept: isProtected,
			versioned: true,
			lifecycleRules: [
				{ id: "undo", noncurrentVersionExpiration: Duration.days(archiveUndoDays) },
				{
					id: "rarely-read",
					transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
				},
			],
			serverAccessLogsBucket: accessLogs,
			serverAccessLogsPrefix: "archive/",
		});
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
			{
				actions: ["s3:GetObject"],
				resources: [EVENTS, IDENTITY_CHANGES].map((folder) => this.bucket.arnForObjects(`${folder}*`)),
			},
		]) {
			policy.addStatements(new PolicyStatement(statement));
		}
		for (const folder of [EVENTS, IDENTITY_CHANGES]) {
			acknowledgeObjects(policy, {
				bucket: this.bucket,
				path: `${folder}*`,
				reason: "A query reads every file of the days it asks for. It cannot read what failed, nor write.",
			});
		}
		return policy;
	}
}
