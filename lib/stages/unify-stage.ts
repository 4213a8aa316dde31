import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { OutboxConsumer } from "../constructs/outbox-consumer.ts";
import { QueueConsumer } from "../constructs/queue-consumer.ts";
import { ScheduledFunction } from "../constructs/scheduled-function.ts";
import type { DataStack } from "../stacks/data-stack.ts";

export interface UnifyStageProps {
	readonly data: DataStack;
}

/**
 * The pass (DESIGN D2): accepted events in; validated, archived, stitched to one profile for each person, and what a segment can
 * decide now decided. What changed is told to the bus from the table's own change feed. After a change of the identity
 * rules everybody is stitched again.
 */
export class UnifyStage extends Construct {
	constructor(scope: Construct, id: string, { data }: UnifyStageProps) {
		super(scope, id);
		const { settings, bus, items, archive, secrets } = data;
		const process = new QueueConsumer(this, "ProcessEvents", {
			entry: "unify/process-events",
			rule: "process-events",
			bus,
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				BUS_NAME: bus.eventBusName,
				STREAM_NAME: archive.stream.name,
				SECRETS_PREFIX: secrets.prefix,
				METRICS_NAMESPACE: settings.metricsNamespace,
			},
			memory: 1024,
			timeout: Duration.seconds(60),
			concurrency: settings.concurrency.process,
			...settings.passBatches,
			impact:
				"New events reach neither the archive nor profiles: SQL answers and segments go stale, destinations are told nothing, " +
				"and what stays here for two weeks is lost.",
		});
		items.grantItems(process.fn);
		archive.stream.grantPut(process.fn);
		bus.grantPutEventsTo(process.fn);
		secrets.grantVault(process.fn);

		const publish = new OutboxConsumer(this, "PublishChanges", {
			entry: "unify/publish-changes",
			table: items,
			settings,
			environment: { BUS_NAME: bus.eventBusName, TABLE_NAME: items.tableName },
			memory: 256,
			timeout: Duration.seconds(30),
			impact: "Merges and segment changes happen but nobody is told: destinations keep yesterday's members.",
		});
		bus.grantPutEventsTo(publish.fn);
		items.grantItems(publish.fn);

		const again = new ScheduledFunction(this, "ResolveAgain", {
			entry: "unify/resolve-again",
			every: settings.lookEvery,
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				ATHENA_DATABASE: archive.catalogue.databaseName,
				ATHENA_WORKGROUP: archive.queries.workgroup,
				SECRETS_PREFIX: secrets.prefix,
			},
			memory: 1024,
			timeout: Duration.minutes(15),
			impact:
				"After a change of the identity rules those of whom no event comes stay who they were under the old ones.",
		});
		items.grantItems(again.fn);
		archive.grantQuery(again.fn);
		secrets.grantVault(again.fn);
	}
}
