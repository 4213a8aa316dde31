import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

export type PrivateBucketProps = Pick<
	BucketProps,
	"versioned" | "lifecycleRules" | "serverAccessLogsBucket" | "serverAccessLogsPrefix"
> & { readonly isKept: boolean };

/**
 * A bucket that answers over TLS only and never to the public. Encrypted with S3's own key: one of ours would cost a
 * request to KMS for each object that a query reads, and the roles that may read are the same ones either way.
 */
export class PrivateBucket extends Bucket {
	constructor(scope: Construct, id: string, { isKept, lifecycleRules = [], ...props }: PrivateBucketProps) {
		super(scope, id, {
			...props,
			blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
			encryption: BucketEncryption.S3_MANAGED,
			enforceSSL: true,
			minimumTLSVersion: 1.2,
			objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
			lifecycleRules: [
				{ id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
				...lifecycleRules,
			],
			removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
		});
	}
}
