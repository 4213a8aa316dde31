import { randomUUID } from "node:crypto";
import { dynamoClient, eventBridgeClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { itemSharedRates } from "#adapters/items/shared-rates.ts";
import { itemSources } from "#adapters/items/sources.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { environment } from "./config.ts";
import { receiveEvents } from "./receive-events.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });

export const handler = receiveEvents({
	definitions: itemSources({ items, now }),
	rates: itemSharedRates({ items }),
	bus: eventBridgeBus({ client: eventBridgeClient(), bus: config.BUS_NAME }),
	now,
	newId: randomUUID,
	log: powertoolsLog(),
	isBehindCdn: config.BEHIND_CDN === "true",
});
