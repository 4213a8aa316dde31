import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { QueueConsumer } from "../constructs/queue-consumer.ts";
import type { DataStack } from "../stacks/data-stack.ts";

export interface ArchiveStageProps {
	readonly data: DataStack;
}

/** Accepted events in, and who became whom; rows of the archive out: raw, for ever. */
export class ArchiveStage extends Construct {
	constructor(scope: Construct, id: string, { data }: ArchiveStageProps) {
		super(scope, id);
		const { settings, bus, items, archive, secrets } = data;
		const store = new QueueConsumer(this, "StoreEvents", {
			entry: "archive/store-events",
			rule: "store-events",
			bus,
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				STREAM_NAME: archive.stream.name,
				SECRETS_PREFIX: secrets.prefix,
			},
			memory: 512,
			timeout: Duration.seconds(60),
			concurrency: settings.concurrency.archive,
			// Firehose bills each record as 5 KB at least: the fuller a batch, the fuller the records. It buffers for minutes anyway.
			batchSize: 100,
			batchingWindow: Duration.seconds(20),
			impact:
				"Events are not archived: SQL answers are incomplete, and what stays here for two weeks is lost for replays.",
		});
		items.grantDefinitions(store.fn);
		archive.stream.grantPut(store.fn);
		secrets.grantVault(store.fn);

		const identities = new QueueConsumer(this, "StoreIdentities", {
			entry: "archive/store-identities",
			rule: "store-identities",
			bus,
			settings,
			environment: { STREAM_NAME: archive.identityStream.name },
			memory: 256,
			timeout: Duration.seconds(60),
			concurrency: settings.concurrency.archive,
			batchSize: 100,
			batchingWindow: Duration.seconds(20),
			impact: "Who became whom is not archived: SQL joins events to yesterday's people.",
		});
		archive.identityStream.grantPut(identities.fn);
	}
}
