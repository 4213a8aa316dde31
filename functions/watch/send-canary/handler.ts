import { athenaSql } from "#adapters/aws/athena/sql.ts";
import { athenaClient, dynamoClient, secretsManagerClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { httpCollector } from "#adapters/http/collector.ts";
import { httpClient } from "#adapters/http/http-client.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { RAW_TABLE } from "#contracts/archive/columns.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { environment } from "./config.ts";
import { sendCanary } from "./send-canary.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });
const secrets = secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now });
const vault = await vaultFrom(secrets);
const fragments = itemFragments({ items });
// It sends to one address, which is this installation's own: on an emulator that is this machine.
const http = httpClient({ loopback: true, privateNetworks: true });

export const handler = sendCanary({
	definitions: itemDefinitions({ items, now }),
	collectorFor: (writeKey) => httpCollector({ http, url: config.COLLECTOR_URL, writeKey }),
	fragments,
	profiles: profileReader({ graph: itemIdentityGraph({ items, vault, now }), fragments }),
	vault,
	sql: athenaSql({
		client: athenaClient(),
		database: config.ATHENA_DATABASE,
		workgroup: config.ATHENA_WORKGROUP,
		deadlineSeconds: 50,
	}),
	table: RAW_TABLE,
	hashOf: messageHash,
	now,
	log: powertoolsLog(),
	metrics: powertoolsMetrics(config.METRICS_NAMESPACE),
});
