import { Duration } from "aws-cdk-lib";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { Concern } from "./concern.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

/** SQS keeps nothing longer. A message keeps its age when it moves to the dead letters, hence the shorter time before. */
const DEAD_LETTERS_KEPT = Duration.days(14);
const MESSAGES_KEPT = Duration.days(7);
/** A message that failed five times will most likely fail the sixth. */
const RECEIVES = 5;
const BEHIND = Duration.minutes(15);

export interface QueueWorkerProps extends StageFunctionProps {
	/** What a person loses while this stands still. It is the text of both alarms. */
	readonly impact: string;
	/** Messages a call, at most. @default 10 */
	readonly batchSize?: number;
	/** How long to wait for a fuller batch: fewer calls, later answers. @default not at all */
	readonly batchingWindow?: Duration;
	/** Copies that may run at once, 2 or more. A cap here, unlike a reserve, spends no receives on throttled messages. */
	readonly concurrency: number;
}

/** Queue, dead letters, function and the two alarms: the only way this app reads a queue. */
export class QueueWorker extends Construct {
	readonly queue: Queue;
	readonly deadLetters: Queue;
	readonly fn: StageFunction;

	constructor(scope: Construct, id: string, props: QueueWorkerProps) {
		super(scope, id);
		const window = props.batchingWindow ?? Duration.seconds(0);
		this.deadLetters = deadLetterQueue(this, "DeadLetters");
		this.queue = new Queue(this, "Queue", {
			...QUEUE_DEFAULTS,
			retentionPeriod: MESSAGES_KEPT,
			// AWS's own rule: six times the function's timeout, and the window on top.
			visibilityTimeout: Duration.seconds(props.timeout.toSeconds() * 6 + window.toSeconds()),
			deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
		});
		this.fn = new StageFunction(this, "Fn", { ...props, traced: true });
		this.fn.addEventSource(
			new SqsEventSource(this.queue, {
				batchSize: props.batchSize ?? 10,
				maxBatchingWindow: props.batchingWindow,
				maxConcurrency: props.concurrency,
				reportBatchItemFailures: true,
			}),
		);
		deadLetterConcern(this, { entry: props.entry, deadLetters: this.deadLetters, impact: props.impact });
		new Concern(this, "Behind", {
			title: `${props.entry} is behind`,
			metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
			threshold: BEHIND.toSeconds(),
			impact: props.impact,
			runbook: "queue-is-behind",
		});
	}
}

const QUEUE_DEFAULTS: QueueProps = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** Where what no retry could cure waits for a person. */
export function deadLetterQueue(scope: Construct, id: string): Queue {
	const queue = new Queue(scope, id, { ...QUEUE_DEFAULTS, retentionPeriod: DEAD_LETTERS_KEPT });
	acknowledge(queue, "SQS3", "These are dead letters themselves: of a queue, a stream or a schedule.");
	return queue;
}

/** How many messages there are in it to be looked at. */
export const lettersWaiting = (deadLetters: Queue): Metric =>
	deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) });

/** One message is enough: each is something that somebody was promised. */
function deadLetterConcern(
	scope: Construct,
	{ entry, deadLetters, impact }: { readonly entry: string; readonly deadLetters: Queue; readonly impact: string },
): Concern {
	return new Concern(scope, "GaveUp", {
		title: `${entry} gave up on messages`,
		metric: lettersWaiting(deadLetters),
		threshold: 1,
		impact,
		runbook: "dead-letters",
	});
}
