import type { Context, SQSEvent } from "aws-lambda";

/** A Lambda event as SQS documents it, one record a body; ids are `message-0`, `message-1`, … */
export function queueEvent(bodies: readonly string[]): SQSEvent {
	return {
		Records: bodies.map((body, i) => ({
			messageId: `message-${i}`,
			receiptHandle: `receipt-${i}`,
			body,
			attributes: {
				ApproximateReceiveCount: "1",
				SentTimestamp: "1760000000000",
				SenderId: "AIDAEXAMPLE",
				ApproximateFirstReceiveTimestamp: "1760000000001",
			},
			messageAttributes: {},
			md5OfBody: "",
			eventSource: "aws:sqs",
			eventSourceARN: "arn:aws:sqs:eu-west-1:111111111111:queue",
			awsRegion: "eu-west-1",
		})),
	};
}

/** The body of a queue message when an EventBridge rule put it there. */
export const busBody = (detail: unknown, detailType = "EventsCollected", source = "tutti.collect"): string =>
	JSON.stringify({
		version: "0",
		id: "11111111-2222-4333-8444-555555555555",
		"detail-type": detailType,
		source,
		account: "111111111111",
		time: "2026-10-09T08:53:20Z",
		region: "eu-west-1",
		resources: [],
		detail,
	});

/** What a handler under test is given as its Lambda context: middy needs no more than this. */
export const aContext = {
	awsRequestId: "request-1",
	functionName: "under-test",
	// longer than any test may take: how long AWS lets a function run is not what tests are about
	getRemainingTimeInMillis: () => 300_000,
} as unknown as Context; // the rest of the interface is deprecated callbacks and names nobody reads
