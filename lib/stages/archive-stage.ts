import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { QueueConsumer } from "../constructs/queue-consumer.ts";
import type { DataStack } from "../stacks/data-stack.ts";

export interface ArchiveStageProps {
	readonly data: DataStack;
}

/** Who became whom in, rows of the archive out. The events themselves are archived by the pass (ADR 0016). */
export class ArchiveStage extends Construct {
	constructor(scope: Construct, id: string, { data }: ArchiveStageProps) {
		super(scope, id);
		const { settings, bus, archive } = data;
		const identities = new QueueConsumer(this, "StoreIdentities", {
			entry: "archive/store-identities",
			rule: "store-identities",
			bus,
			settings,
			environment: { STREAM_NAME: archive.identityStream.name },
			memory: 256,
			timeout: Duration.seconds(60),
			concurrency: settings.concurrency.archive,
			// Firehose bills each record as 5 KB at least, and buffers for minutes anyway: the fuller a batch, the better.
			batchSize: 100,
			batchingWindow: Duration.seconds(20),
			impact: "Who became whom is not archived: SQL joins events to yesterday's people.",
		});
		archive.identityStream.grantPut(identities.fn);
	}
}
