import { randomUUID } from "node:crypto";
import {
	CreateEventBusCommand,
	DeleteEventBusCommand,
	DeleteRuleCommand,
	PutRuleCommand,
	PutTargetsCommand,
	RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import { type BusPattern, RULES, type RuleName } from "#contracts/bus/catalogue.ts";
import type { OpenedBus } from "#test/adapters/bus.contract.ts";
import type { Aws } from "#test/support/aws-at.ts";
import { createQueue } from "./opened-queue.ts";

const TARGET = "queue";

/** A bus with a rule and a queue for each of `RULES`, as the stacks make them. */
export async function openBus({ events, sqs }: Pick<Aws, "events" | "sqs">): Promise<OpenedBus> {
	const EventBusName = `bus-${randomUUID()}`;
	await events.send(new CreateEventBusCommand({ Name: EventBusName }));
	const queues = new Map<RuleName, { url: string; bodies: string[] }>();
	for (const [rule, pattern] of Object.entries(RULES) as [RuleName, BusPattern][]) {
		const { url, arn } = await createQueue(sqs, { name: `${rule}-${randomUUID()}` });
		const EventPattern = JSON.stringify({ source: pattern.source, "detail-type": pattern.detailType });
		await events.send(new PutRuleCommand({ Name: rule, EventBusName, EventPattern }));
		await events.send(new PutTargetsCommand({ Rule: rule, EventBusName, Targets: [{ Id: TARGET, Arn: arn }] }));
		queues.set(rule, { url, bodies: [] });
	}

	return {
		bus: eventBridgeBus({ client: events, bus: EventBusName }),
		async bodiesOf(rule) {
			const { url = "", bodies = [] } = queues.get(rule) ?? {};
			const queue = sqsQueue({ client: sqs, url, waitSeconds: 0 });
			for (let got = await queue.receive(10); got.length > 0; got = await queue.receive(10)) {
				bodies.push(...got.map((message) => message.body));
				await queue.delete(got);
			}
			return bodies;
		},
		async close() {
			for (const [Rule, { url }] of queues) {
				await events.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: [TARGET] }));
				await events.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
				await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
			}
			await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
		},
	};
}
