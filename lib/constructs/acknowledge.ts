import { type CfnElement, Stack, Validations } from "aws-cdk-lib";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";

/**
 * A finding of cdk-nag that is meant to be: `rule` as it stands in brackets in the finding, and why it is right here.
 * A finding that names something is acknowledged for that thing alone, so the next wildcard is found again.
 */
export function acknowledge(scope: IConstruct, rule: string, reason: string): void {
	Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** A permission for all objects below a path, as cdk-nag names it; the bucket stands in the same stack as the policy. */
export function acknowledgeObjects(
	scope: IConstruct,
	{ bucket, path, reason }: { readonly bucket: Bucket; readonly path: string; readonly reason: string },
): void {
	const id = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
	acknowledge(scope, `IAM5[Resource::<${id}.Arn>/${path}]`, reason);
}
