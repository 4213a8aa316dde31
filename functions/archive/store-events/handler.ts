import { dynamoClient, firehoseClient, secretsManagerClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { firehoseArchive } from "#adapters/aws/firehose/archive.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { environment } from "./config.ts";
import { storeEvents } from "./store-events.ts";

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME });
const secrets = secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now });

export const handler = storeEvents({
	archive: firehoseArchive({ client: firehoseClient(), stream: config.STREAM_NAME }),
	definitions: itemDefinitions({ items, now }),
	vault: await vaultFrom(secrets),
	log: powertoolsLog(),
});
