import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { DataStack } from "../stacks/data-stack.ts";
import { Concern } from "./concern.ts";
import { ownMetric } from "./own-metric.ts";
import { ScheduledFunction } from "./scheduled-function.ts";

export interface CanaryProps {
	readonly data: DataStack;
	/** Where senders reach the collector. */
	readonly collectorUrl: string;
}

const A_MINUTE = Duration.minutes(1);

/**
 * A customer of our own: each minute it sends an event by the way that all events go, and fails when that of the minute before is not where
 * everybody reads. Its write key is the public one of the source `canary`, read from the definitions, so that no secret is needed.
 */
export class Canary extends Construct {
	constructor(scope: Construct, id: string, { data, collectorUrl }: CanaryProps) {
		super(scope, id);
		const { settings, items, archive, secrets } = data;
		const { fn } = new ScheduledFunction(this, "SendCanary", {
			entry: "watch/send-canary",
			every: A_MINUTE,
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				SECRETS_PREFIX: secrets.prefix,
				COLLECTOR_URL: collectorUrl,
				ATHENA_DATABASE: archive.catalogue.databaseName,
				ATHENA_WORKGROUP: archive.queries.workgroup,
				METRICS_NAMESPACE: settings.metricsNamespace,
			},
			memory: 128,
			// To read the source map of an error that it throws would take more than that.
			tracesSource: false,
			// Of four events an hour it waits for 45 seconds at most; Athena is asked meanwhile.
			timeout: Duration.seconds(75),
			impact: "rings itself",
		});
		items.grantItems(fn);
		archive.grantQuery(fn);
		secrets.grantVault(fn);

		new Concern(this, "Missing", {
			title: "The canary is missing: events are not accepted, or not to be read a minute later",
			metric: fn.metricErrors({ period: A_MINUTE }),
			threshold: 1,
			periods: 5,
			ringsWhenSilent: true,
			impact:
				"What happens to the canary's event most likely happens to everybody's: it is refused, late, or lost. If the canary is not called at all, " +
				"all of it may be broken without anybody noticing.",
			runbook: "canary-is-missing",
		});
		new Concern(this, "Unarchived", {
			title: "The archive lacks events that were accepted",
			metric: ownMetric(settings, "CanaryUnarchived", { statistic: "Maximum", period: Duration.minutes(5) }),
			threshold: 1,
			impact: "SQL answers and recomputed segments leave out what happened, and a replay would not bring it back.",
			runbook: "archive-is-incomplete",
		});
	}
}
