import { dynamoClient, eventBridgeClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemTransitionCounts } from "#adapters/items/transition-counts.ts";
import { readConfig } from "#functions/shared/config.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { environment } from "./config.ts";
import { publishChanges } from "./publish-changes.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });

export const handler = publishChanges({
	bus: eventBridgeBus({ client: eventBridgeClient(), bus: config.BUS_NAME }),
	transitions: itemTransitionCounts({ items, hash: sha256, now, pause: pauseWithJitter }),
	log: powertoolsLog(),
});
