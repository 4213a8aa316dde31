import { firehoseClient } from "#adapters/aws/clients.ts";
import { firehoseIdentityArchive } from "#adapters/aws/firehose/archive.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { environment } from "./config.ts";
import { storeIdentities } from "./store-identities.ts";

const config = readConfig(environment, process.env);

export const handler = storeIdentities({
	identityArchive: firehoseIdentityArchive({ client: firehoseClient(), stream: config.STREAM_NAME }),
	log: powertoolsLog(),
});
