import { type IEventBus, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { type BusPattern, RULES, type RuleName } from "#contracts/bus/catalogue.ts";
import { QueueWorker, type QueueWorkerProps } from "./queue-worker.ts";

export interface QueueConsumerProps extends QueueWorkerProps {
	readonly bus: IEventBus;
	/** Whose line in `RULES` says what it hears. */
	readonly rule: RuleName;
}

/** A bus rule in front of a queue worker: the only way this app reads the bus. */
export class QueueConsumer extends QueueWorker {
	constructor(scope: Construct, id: string, { bus, rule, ...props }: QueueConsumerProps) {
		super(scope, id, props);
		const { source, detailType, detail }: BusPattern = RULES[rule];
		new Rule(this, "Rule", {
			eventBus: bus,
			description: rule,
			eventPattern: { source: [...source], detailType: [...detailType], ...(detail && { detail }) },
			// What the bus itself cannot hand over joins the dead letters, so that one alarm and one redrive do for both.
			targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
		});
	}
}
