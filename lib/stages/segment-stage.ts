import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { ScheduledFunction } from "../constructs/scheduled-function.ts";
import type { DataStack } from "../stacks/data-stack.ts";

export interface SegmentStageProps {
	readonly data: DataStack;
}

/** What the pass cannot decide: segments that are new, were edited, or need the archive to be known. */
export class SegmentStage extends Construct {
	constructor(scope: Construct, id: string, { data }: SegmentStageProps) {
		super(scope, id);
		const { settings, items, archive, secrets } = data;
		const recompute = new ScheduledFunction(this, "RecomputeSegments", {
			entry: "segment/recompute-segments",
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
			impact: "New and edited segments stay empty or as they were; those decided event by event are not touched.",
		});
		items.grantItems(recompute.fn);
		archive.grantQuery(recompute.fn);
		secrets.grantVault(recompute.fn);
	}
}
