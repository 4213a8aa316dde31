import { AthenaClient } from "@aws-sdk/client-athena";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Clients of one emulator, as `adapters/aws/clients.ts` makes them of AWS but for the endpoint and the patience. */
export function awsAt(endpoint: string) {
	const settings = {
		endpoint,
		region: "eu-central-1",
		credentials: { accessKeyId: "test", secretAccessKey: "test" },
		requestHandler: { requestTimeout: 60_000 },
	};
	const clients = {
		athena: new AthenaClient(settings),
		dynamo: new DynamoDBClient(settings),
		events: new EventBridgeClient(settings),
		firehose: new FirehoseClient(settings),
		s3: new S3Client({ ...settings, forcePathStyle: true }),
		secrets: new SecretsManagerClient(settings),
		sqs: new SQSClient(settings),
	};
	return {
		...clients,
		settings,
		destroy() {
			for (const client of Object.values(clients)) client.destroy();
		},
	};
}

export type Aws = ReturnType<typeof awsAt>;
