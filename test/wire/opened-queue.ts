import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import type { OpenedQueue } from "#test/adapters/queue.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";

/** Long enough for a slow emulator to answer some calls, short enough to be waited for. */
const VISIBILITY_SECONDS = 3;
const MAX_RECEIVE_COUNT = 2;

/** A queue with its dead letters. Time passes really. */
export async function openQueue({ sqs }: Pick<Aws, "sqs">): Promise<OpenedQueue> {
	const name = `queue-${randomUUID()}`;
	const dead = await createQueue(sqs, { name: `${name}-dead` });
	const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: MAX_RECEIVE_COUNT };
	const { url } = await createQueue(sqs, {
		name,
		attributes: { VisibilityTimeout: String(VISIBILITY_SECONDS), RedrivePolicy: JSON.stringify(redrive) },
	});
	return {
		queue: sqsQueue({ client: sqs, url, waitSeconds: 0 }),
		deadLetters: sqsQueue({ client: sqs, url: dead.url, waitSeconds: 0 }),
		visibilitySeconds: VISIBILITY_SECONDS,
		maxReceiveCount: MAX_RECEIVE_COUNT,
		pass: (seconds) => setTimeout(seconds * 1000),
		close: async () => {
			for (const QueueUrl of [url, dead.url]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
		},
	};
}

/** Makes a queue; answers where it is and what rules call it. */
export async function createQueue(
	sqs: Aws["sqs"],
	{ name, attributes = {} }: { name: string; attributes?: Record<string, string> },
): Promise<{ url: string; arn: string }> {
	const { QueueUrl: url = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
	const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));
	return { url, arn: Attributes?.QueueArn ?? "" };
}
