import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { HttpFunction } from "../constructs/http-function.ts";
import type { DataStack } from "../stacks/data-stack.ts";

export interface CollectStageProps {
	readonly data: DataStack;
}

/** Requests in, one envelope each on the bus. */
export class CollectStage extends Construct {
	readonly receiveEvents: HttpFunction;

	constructor(scope: Construct, id: string, { data }: CollectStageProps) {
		super(scope, id);
		const { settings, bus, items } = data;
		this.receiveEvents = new HttpFunction(this, "ReceiveEvents", {
			entry: "collect/receive-events",
			settings,
			environment: {
				TABLE_NAME: items.tableName,
				BUS_NAME: bus.eventBusName,
				// Behind a firewall CloudFront is who calls the HTTP API, and says for whom.
				BEHIND_CDN: String(settings.address.webAclArn !== undefined),
			},
			// Somebody waits for a cold start here. The map of each build is among the assets that cdk keeps, for a person who needs it.
			tracesSource: false,
			memory: 256,
			timeout: Duration.seconds(10),
			reserved: settings.concurrency.collectorReserved,
		});
		items.grantItems(this.receiveEvents);
		bus.grantPutEventsTo(this.receiveEvents);
	}
}
