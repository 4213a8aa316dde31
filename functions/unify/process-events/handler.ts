import { dynamoClient, eventBridgeClient, firehoseClient, secretsManagerClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { firehoseArchive } from "#adapters/aws/firehose/archive.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { itemAccounts } from "#adapters/items/accounts.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { itemPassBeats } from "#adapters/items/pass-beats.ts";
import { itemQuarantine } from "#adapters/items/quarantine.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { powertoolsTrace } from "#functions/shared/powertools-trace.ts";
import { environment } from "./config.ts";
import { processEvents } from "./process-events.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });
const vault = await vaultFrom(
	secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now }),
);

export const handler = processEvents({
	archive: firehoseArchive({ client: firehoseClient(), stream: config.STREAM_NAME }),
	definitions: itemDefinitions({ items, now }),
	identities: itemIdentityGraph({ items, vault, now }),
	fragments: itemFragments({ items }),
	quarantine: itemQuarantine({ items }),
	memberships: itemMemberships({ items, now }),
	accounts: itemAccounts({ items, vault }),
	beats: itemPassBeats({ items }),
	bus: eventBridgeBus({ client: eventBridgeClient(), bus: config.BUS_NAME }),
	vault,
	now,
	log: powertoolsLog(),
	metrics: powertoolsMetrics(config.METRICS_NAMESPACE),
	trace: powertoolsTrace(process.env),
});
