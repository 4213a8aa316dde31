import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

/** Any function of Tutti, as the local runner calls it. */
export type LocalHandler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/** As long as Lambda lets any function run, ms: here nobody waits for more than one at a time, and half an answer is none. */
const LONGEST_RUN_MS = 15 * 60_000;

/** What Lambda tells a function about its own run, as far as it means something on one machine. */
export function lambdaContext(functionName: string): Context {
	return {
		functionName,
		functionVersion: "$LATEST",
		invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
		memoryLimitInMB: "512",
		awsRequestId: randomUUID(),
		logGroupName: `/aws/lambda/${functionName}`,
		logStreamName: "local",
		callbackWaitsForEmptyEventLoop: false,
		getRemainingTimeInMillis: () => LONGEST_RUN_MS,
		done: () => {},
		fail: () => {},
		succeed: () => {},
	};
}
