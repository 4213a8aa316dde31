import { Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Concern } from "./concern.ts";
import { deadLetterQueue, lettersWaiting } from "./queue-worker.ts";

const ID = "CallsGivenUp";

/**
 * The dead letters of all functions of a stack that read no queue: those that the clock calls, or the table's feed. No queue is there to put a
 * letter back into, so one does for all, and one alarm, which says what is lost by each. A letter names its function: Lambda's in the body,
 * Scheduler's in the attributes.
 */
export class CallsGivenUp extends Construct {
	readonly queue: Queue;
	private readonly impacts: string[] = [];

	private constructor(scope: Stack) {
		super(scope, ID);
		this.queue = deadLetterQueue(this, "DeadLetters");
		const { impacts } = this;
		new Concern(this, "GaveUp", {
			title: "A function gave up on a call by the clock, or of the table's feed",
			metric: lettersWaiting(this.queue),
			threshold: 1,
			// of those that came after this was made as well: WatchStack asks last
			get impact() {
				return impacts.join(" ");
			},
			runbook: "dead-letters",
		});
	}

	/** The one of the stack that a construct is in. */
	static of(scope: Construct): CallsGivenUp {
		const stack = Stack.of(scope);
		const made = stack.node.tryFindChild(ID);
		return made instanceof CallsGivenUp ? made : new CallsGivenUp(stack);
	}

	/** Says what people lose when this function gives up, and answers where its letters go. */
	keep(entry: string, impact: string): Queue {
		this.impacts.push(`${entry}: ${impact}`);
		return this.queue;
	}
}
