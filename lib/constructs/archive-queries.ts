import { Aws, Duration } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { type ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { acknowledgeObjects } from "./acknowledge.ts";
import { PrivateBucket } from "./private-bucket.ts";
import type { StageFunction } from "./stage-function.ts";

/** A folder beside the answers, as the functions know it. */
const SAMPLES = "samples/";

export interface ArchiveQueriesProps {
	readonly settings: Settings;
	readonly accessLogs: IBucket;
}

/**
 * Where Athena may be asked, and what one question may cost. The workgroup's settings overrule the caller's, so a query
 * that reads too much is stopped, whoever sends it, and its answer lies in a bucket that forgets within days.
 */
export class ArchiveQueries extends Construct {
	readonly workgroup: string;
	private readonly results: PrivateBucket;

	/** Where the people lie that previews look at: drawn anew each night, and forgotten as answers are. */
	get samplesBucket(): string {
		return this.results.bucketName;
	}

	/** The same as a URL of S3. */
	get samples(): string {
		return `s3://${this.results.bucketName}/${SAMPLES}`;
	}

	constructor(scope: Construct, id: string, { settings, accessLogs }: ArchiveQueriesProps) {
		super(scope, id);
		this.results = new PrivateBucket(this, "Results", {
			isKept: false,
			lifecycleRules: [{ id: "forget", expiration: Duration.days(settings.queryResultDays) }],
			serverAccessLogsBucket: accessLogs,
			serverAccessLogsPrefix: "query-results/",
		});
		const workgroup = new CfnWorkGroup(this, "Workgroup", {
			name: `tutti-${settings.stage}`,
			description: "Questions to the archive of events",
			recursiveDeleteOption: true,
			workGroupConfiguration: {
				enforceWorkGroupConfiguration: true,
				bytesScannedCutoffPerQuery: settings.queryCutoffBytes,
				publishCloudWatchMetricsEnabled: true,
				engineVersion: { selectedEngineVersion: "Athena engine version 3" },
				resultConfiguration: {
					outputLocation: `s3://${this.results.bucketName}/`,
					encryptionConfiguration: { encryptionOption: "SSE_S3" },
				},
			},
		});
		this.workgroup = workgroup.ref;
	}

	/** To say that there is no sample any more. To draw one and to read it is what asking and answering needs. */
	grantForgetSample(to: StageFunction): void {
		to.addToRolePolicy(
			new PolicyStatement({
				actions: ["s3:DeleteObject"],
				resources: [this.results.arnForObjects(`${SAMPLES}current.json`)],
			}),
		);
	}

	/** To ask in this workgroup and fetch the answer. What the question reads is granted elsewhere. */
	grantAsk(to: ManagedPolicy): void {
		const workgroup = `arn:${Aws.PARTITION}:athena:${Aws.REGION}:${Aws.ACCOUNT_ID}:workgroup/${this.workgroup}`;
		for (const statement of [
			{
				actions: [
					"athena:StartQueryExecution",
					"athena:GetQueryExecution",
					"athena:GetQueryResults",
					"athena:StopQueryExecution",
				],
				resources: [workgroup],
			},
			{ actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [this.results.bucketArn] },
			{
				actions: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
				resources: [this.results.arnForObjects("*")],
			},
		]) {
			to.addStatements(new PolicyStatement(statement));
		}
		acknowledgeObjects(to, {
			bucket: this.results,
			path: "*",
			reason: "Athena names each answer by the query's id, which nobody knows before; the bucket holds nothing else.",
		});
	}
}
