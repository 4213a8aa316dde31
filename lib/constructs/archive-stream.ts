import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { type IGrantable, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnDeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import { LogGroup, LogStream } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { acknowledgeObjects } from "./acknowledge.ts";
import { Concern } from "./concern.ts";

/** A file is written when either is reached: fewer, larger files for Athena, and the archive five minutes behind at most. */
const BUFFER = { megabytes: 64, interval: Duration.minutes(5) };
const LATE = Duration.minutes(20);
const DAY = "day=!{timestamp:yyyy-MM-dd}/";

export interface ArchiveStreamProps {
	readonly settings: Settings;
	readonly bucket: Bucket;
	/** Folder for the rows and for what could not be written among them, each with its slash. */
	readonly rows: string;
	readonly errors: string;
	/** What the rows are, as the alarm's title says it: "The archive". */
	readonly title: string;
	/** What a person loses while it is late. */
	readonly impact: string;
}

/**
 * Firehose into the archive's bucket, compressed, a folder a UTC day.
 *
 * The day is that of the record's arrival at Firehose, not of the row's own time (an event's `received_at`): the two are
 * seconds apart while the queue in front is short, and partitioning by the field would cost as much again as the
 * delivery. So a row of just before midnight, or one that waited in a queue, lies in a later day's folder, never in an
 * earlier one. The row's own time is exact.
 */
export class ArchiveStream extends Construct {
	readonly name: string;
	private readonly arn: string;

	constructor(scope: Construct, id: string, props: ArchiveStreamProps) {
		super(scope, id);
		const { settings, bucket, rows, errors } = props;
		const logGroup = new LogGroup(this, "Logs", {
			retention: settings.logRetention,
			removalPolicy: RemovalPolicy.DESTROY,
		});
		const logStream = new LogStream(this, "Deliveries", { logGroup, removalPolicy: RemovalPolicy.DESTROY });

		const stream = new CfnDeliveryStream(this, "Stream", {
			deliveryStreamType: "DirectPut",
			deliveryStreamEncryptionConfigurationInput: { keyType: "AWS_OWNED_CMK" },
			extendedS3DestinationConfiguration: {
				bucketArn: bucket.bucketArn,
				roleArn: this.writer({ bucket, folders: [rows, errors], logGroup }).roleArn,
				prefix: `${rows}${DAY}`,
				errorOutputPrefix: `${errors}!{firehose:error-output-type}/${DAY}`,
				customTimeZone: "UTC",
				compressionFormat: "GZIP",
				fileExtension: ".ndjson.gz",
				bufferingHints: { sizeInMBs: BUFFER.megabytes, intervalInSeconds: BUFFER.interval.toSeconds() },
				cloudWatchLoggingOptions: {
					enabled: true,
					logGroupName: logGroup.logGroupName,
					logStreamName: logStream.logStreamName,
				},
			},
		});
		this.name = stream.ref;
		this.arn = stream.attrArn;

		this.watch(props);
	}

	/** To put records on the stream, many at once. */
	grantPut(to: IGrantable): void {
		to.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({ actions: ["firehose:PutRecordBatch"], resources: [this.arn] }),
		);
	}

	private watch({ title, impact }: ArchiveStreamProps): void {
		new Concern(this, "Late", {
			title: `${title} is late`,
			metric: new Metric({
				namespace: "AWS/Firehose",
				metricName: "DeliveryToS3.DataFreshness",
				dimensionsMap: { DeliveryStreamName: this.name },
				statistic: "Maximum",
				period: Duration.minutes(5),
			}),
			threshold: LATE.toSeconds(),
			impact,
			runbook: "archive-is-late",
		});
	}

	private writer(props: { bucket: Bucket; folders: readonly string[]; logGroup: LogGroup }): Role {
		const { bucket, folders, logGroup } = props;
		const role = new Role(this, "Writer", {
			assumedBy: new ServicePrincipal("firehose.amazonaws.com"),
			inlinePolicies: {
				deliver: new PolicyDocument({
					statements: [
						new PolicyStatement({
							actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
							resources: [bucket.bucketArn],
						}),
						new PolicyStatement({
							actions: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"],
							resources: folders.map((folder) => bucket.arnForObjects(`${folder}*`)),
						}),
						new PolicyStatement({ actions: ["logs:PutLogEvents"], resources: [logGroup.logGroupArn] }),
					],
				}),
			},
		});
		for (const folder of folders) {
			acknowledgeObjects(role, {
				bucket,
				path: `${folder}*`,
				reason: "Firehose names each file by the time it writes it; it may write nowhere but in this folder.",
			});
		}
		return role;
	}
}
