import { dynamoClient, sqsClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsTrace } from "#functions/shared/powertools-trace.ts";
import { environment } from "./config.ts";
import { routeDeliveries } from "./route-deliveries.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });

export const handler = routeDeliveries({
	definitions: itemDefinitions({ items, now }),
	deliveries: sqsQueue({ client: sqsClient(), url: config.DELIVERY_QUEUE_URL }),
	deliveryLog: itemDeliveryLog({ items, now }),
	now,
	log: powertoolsLog(),
	trace: powertoolsTrace(process.env),
});
