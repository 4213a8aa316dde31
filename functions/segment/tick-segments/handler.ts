import { dynamoClient, secretsManagerClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { environment } from "./config.ts";
import { tickSegments } from "./tick-segments.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const log = powertoolsLog();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });
const secrets = secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now });
const graph = itemIdentityGraph({ items, vault: await vaultFrom(secrets), now });
const definitions = itemDefinitions({ items, now });

export const handler = tickSegments({
	definitions,
	compile: segmentCompiler(sha256),
	looks: itemDueLooks({ items, now }),
	memberships: itemMemberships({ items, now }),
	profiles: profileReader({
		graph,
		fragments: itemFragments({ items }),
		view: traitView({ definitions, hash: sha256, now }),
	}),
	now,
	log,
	metrics: powertoolsMetrics(config.METRICS_NAMESPACE),
});
