import { Duration } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { QueueConsumer } from "../constructs/queue-consumer.ts";
import { QueueWorker } from "../constructs/queue-worker.ts";
import type { DataStack } from "../stacks/data-stack.ts";

/** Each bought destination is a file of its own beside the deliverer, loaded when it is first sent to. */
const bundleDestinations = (folder: string): string[] => [
	`"${process.execPath}" adapters/destinations/bundle-bought.ts "${folder}/destinations"`,
];

export interface ActivateStageProps {
	readonly data: DataStack;
}

/** What happened to profiles in, deliveries to the tools that act on them out. */
export class ActivateStage extends Construct {
	readonly deliveries: IQueue;
	readonly deadLetters: IQueue;

	constructor(scope: Construct, id: string, { data }: ActivateStageProps) {
		super(scope, id);
		const { settings, bus, items, secrets } = data;

		const deliver = new QueueWorker(this, "Deliver", {
			entry: "activate/deliver",
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				BUS_NAME: bus.eventBusName,
				SECRETS_PREFIX: secrets.prefix,
				METRICS_NAMESPACE: settings.metricsNamespace,
			},
			memory: 1024,
			timeout: Duration.seconds(60),
			concurrency: settings.concurrency.deliver,
			afterBundling: bundleDestinations,
			impact: "Destinations are not told of events and segment changes.",
		});
		this.deliveries = deliver.queue;
		this.deadLetters = deliver.deadLetters;
		deliver.fn.addEnvironment("DELIVERY_QUEUE_URL", deliver.queue.queueUrl);
		deliver.fn.addEnvironment("DELIVERY_DEAD_LETTER_URL", deliver.deadLetters.queueUrl);
		items.grantItems(deliver.fn);
		secrets.grantDestinations(deliver.fn);
		bus.grantPutEventsTo(deliver.fn);
		deliver.queue.grantSendMessages(deliver.fn);
		deliver.deadLetters.grantSendMessages(deliver.fn);

		const route = new QueueConsumer(this, "RouteDeliveries", {
			entry: "activate/route-deliveries",
			rule: "route-deliveries",
			bus,
			settings,
			environment: { TABLE_NAME: items.tableName, DELIVERY_QUEUE_URL: deliver.queue.queueUrl },
			memory: 512,
			timeout: Duration.seconds(30),
			concurrency: settings.concurrency.route,
			impact: "Events and segment changes wait and are not sent to destinations.",
		});
		items.grantItems(route.fn);
		deliver.queue.grantSendMessages(route.fn);
	}
}
