import { AthenaClient } from "@aws-sdk/client-athena";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * One client of each service for each running container, made when it is first asked for; the SDK keeps its connections.
 * Region, credentials and another endpoint (`AWS_ENDPOINT_URL`) are read from the environment by the SDK itself. A call
 * that hangs is given up well inside a function's timeout and tried again: the SDK's own default waits for ever.
 */
const patience = (seconds: number) => ({
	maxAttempts: 4,
	requestHandler: { connectionTimeout: 1000, requestTimeout: seconds * 1000, throwOnRequestTimeout: true },
});

const once = <T>(make: () => T): (() => T) => {
	let made: T | undefined;
	return () => {
		made ??= make();
		return made;
	};
};

// The annotations let a bundler leave out the clients that a function does not use.
export const dynamoClient = /* @__PURE__ */ once(() => new DynamoDBClient(patience(3)));
export const sqsClient = /* @__PURE__ */ once(() => new SQSClient(patience(5)));
export const eventBridgeClient = /* @__PURE__ */ once(() => new EventBridgeClient(patience(5)));
/** A full call carries 4 MB: it may take longer. */
export const firehoseClient = /* @__PURE__ */ once(() => new FirehoseClient(patience(15)));
export const s3Client = /* @__PURE__ */ once(() => new S3Client(patience(5)));
export const athenaClient = /* @__PURE__ */ once(() => new AthenaClient(patience(10)));
export const secretsManagerClient = /* @__PURE__ */ once(() => new SecretsManagerClient(patience(3)));
