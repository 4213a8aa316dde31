import { eventBridgeClient } from "#adapters/aws/clients.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { environment } from "./config.ts";
import { publishChanges } from "./publish-changes.ts";

const config = readConfig(environment, process.env);

export const handler = publishChanges({
	bus: eventBridgeBus({ client: eventBridgeClient(), bus: config.BUS_NAME }),
	log: powertoolsLog(),
});
