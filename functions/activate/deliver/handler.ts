import { fileURLToPath } from "node:url";
import { dynamoClient, eventBridgeClient, secretsManagerClient, sqsClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import { chunksIn } from "#adapters/destinations/chunk.ts";
import { destinationsOver } from "#adapters/destinations/destinations.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { powertoolsTrace } from "#functions/shared/powertools-trace.ts";
import { environment } from "./config.ts";
import { deliver } from "./deliver.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });
// `bundle-bought.ts` put them beside the bundle of this file.
const chunks = chunksIn(fileURLToPath(new URL("./destinations", import.meta.url)));

export const handler = deliver({
	definitions: itemDefinitions({ items, now }),
	deliveries: sqsQueue({ client: sqsClient(), url: config.DELIVERY_QUEUE_URL }),
	deadLetters: sqsQueue({ client: sqsClient(), url: config.DELIVERY_DEAD_LETTER_URL }),
	deliveryLog: itemDeliveryLog({ items, now }),
	// Neither this machine, where the runtime listens, nor a private network: without a VPC there is none.
	destinations: destinationsOver({ chunks, reach: {} }),
	secrets: secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now }),
	bus: eventBridgeBus({ client: eventBridgeClient(), bus: config.BUS_NAME }),
	now,
	random: Math.random,
	log: powertoolsLog(),
	metrics: powertoolsMetrics(config.METRICS_NAMESPACE),
	trace: powertoolsTrace(process.env),
});
