import { describe, expect, it } from "vitest";
import { prod } from "./synth.ts";

describe("every bucket", () => {
	const buckets = () => prod().all("AWS::S3::Bucket");

	it("is encrypted, closed to the public, and finishes uploads or forgets them", () => {
		expect(buckets()).toHaveLength(3);
		for (const { Properties } of buckets()) {
			expect(Properties).toMatchObject({
				BucketEncryption: {
					ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
				},
				PublicAccessBlockConfiguration: {
					BlockPublicAcls: true,
					BlockPublicPolicy: true,
					IgnorePublicAcls: true,
					RestrictPublicBuckets: true,
				},
			});
			expect(Properties.LifecycleConfiguration.Rules).toContainEqual(
				expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
			);
		}
	});

	it("answers over TLS 1.2 or better only", () => {
		const policies = prod().all("AWS::S3::BucketPolicy");
		expect(policies).toHaveLength(buckets().length);
		for (const { Properties } of policies) {
			const denied = Properties.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === "Deny");
			expect(denied.map(({ Condition }: { Condition: unknown }) => Condition)).toEqual([
				{ Bool: { "aws:SecureTransport": "false" } },
				{ NumericLessThan: { "s3:TlsVersion": 1.2 } },
			]);
		}
	});

	it("that holds personal data says who read it", () => {
		const logged = buckets().map(({ id, Properties }) => [
			id.replace(/[0-9A-F]{8}$/, ""),
			Properties.LoggingConfiguration?.LogFilePrefix,
		]);
		expect(Object.fromEntries(logged)).toEqual({
			ArchiveAccessLogs: undefined,
			ArchiveBucket: "archive/",
			ArchiveQueriesResults: "query-results/",
		});
	});
});

it("keeps the archive for ever, its mistakes for a month, answers of queries for a week and who read them for 400 days", () => {
	const rules = (id: string) =>
		prod()
			.all("AWS::S3::Bucket")
			.find((bucket) => bucket.id.startsWith(id))?.Properties.LifecycleConfiguration.Rules;
	expect(rules("ArchiveBucket")).toContainEqual({
		Id: "undo",
		Status: "Enabled",
		NoncurrentVersionExpiration: { NoncurrentDays: 30 },
	});
	expect(JSON.stringify(rules("ArchiveBucket"))).not.toContain("ExpirationInDays");
	expect(rules("ArchiveQueriesResults")).toContainEqual({ Id: "forget", Status: "Enabled", ExpirationInDays: 7 });
	expect(rules("ArchiveAccessLogs")).toContainEqual(
		expect.objectContaining({ Status: "Enabled", ExpirationInDays: 400 }),
	);
});
