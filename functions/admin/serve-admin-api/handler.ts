import { randomUUID } from "node:crypto";
import { athenaRecentEvents } from "#adapters/aws/athena/recent-events.ts";
import { athenaSamples } from "#adapters/aws/athena/samples.ts";
import { athenaSql } from "#adapters/aws/athena/sql.ts";
import {
	athenaClient,
	dynamoClient,
	eventBridgeClient,
	s3Client,
	secretsManagerClient,
	sqsClient,
} from "#adapters/aws/clients.ts";
import { cognitoAdministrators } from "#adapters/aws/cognito/administrators.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { sqsQueue } from "#adapters/aws/sqs/queue.ts";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { BOUGHT } from "#adapters/destinations/bought.ts";
import { checkDestination } from "#adapters/destinations/check-destination.ts";
import { itemAccounts } from "#adapters/items/accounts.ts";
import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemIdentityHealth } from "#adapters/items/identity-health.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import { itemLists } from "#adapters/items/lists.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { itemPassBeats } from "#adapters/items/pass-beats.ts";
import { itemQuarantine } from "#adapters/items/quarantine.ts";
import { itemRecomputes } from "#adapters/items/recomputes.ts";
import { itemReconciles } from "#adapters/items/reconciles.ts";
import { itemTransitionCounts } from "#adapters/items/transition-counts.ts";
import { RAW_TABLE } from "#contracts/archive/columns.ts";
import { ATHENA } from "#domain/segment/sql-dialect.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { readConfig } from "#functions/shared/config.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { environment } from "./config.ts";
import { serveAdminApi } from "./serve-admin-api.ts";

/** The HTTP API gives up after 30 seconds, the function a second before. */
const QUERY_DEADLINE_SECONDS = 25;

const config = readConfig(environment, process.env);
const now = () => new Date();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });
const secrets = secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now });
const vault = await vaultFrom(secrets);
const sql = athenaSql({
	client: athenaClient(),
	database: config.ATHENA_DATABASE,
	workgroup: config.ATHENA_WORKGROUP,
	deadlineSeconds: QUERY_DEADLINE_SECONDS,
});
const fragments = itemFragments({ items });
const definitions = itemDefinitions({ items, now });
const identities = itemIdentityGraph({ items, vault, now });

export const handler = serveAdminApi({
	administrators: cognitoAdministrators({
		userPoolId: config.USER_POOL_ID,
		clientId: config.USER_POOL_CLIENT_ID,
		// the SDKs look here by themselves, for an emulator
		endpoint: process.env.AWS_ENDPOINT_URL,
	}),
	definitions,
	register: itemDefinitionRegister({ items, hash: sha256, now }),
	profiles: profileReader({ graph: identities, fragments, view: traitView({ definitions, hash: sha256, now }) }),
	identities,
	journal: itemIdentityJournal({ items }),
	health: itemIdentityHealth({ items }),
	blocked: itemBlockedIdentifiers({ items }),
	lists: itemLists({ items, now }),
	bus: eventBridgeBus({ client: eventBridgeClient(), bus: config.BUS_NAME }),
	newId: randomUUID,
	fragments,
	memberships: itemMemberships({ items, now }),
	accounts: itemAccounts({ items, vault }),
	recomputes: itemRecomputes({ items, now }),
	transitions: itemTransitionCounts({ items, hash: sha256, now, pause: pauseWithJitter }),
	looks: itemDueLooks({ items, now }),
	beats: itemPassBeats({ items }),
	reconciles: itemReconciles({ items }),
	samples: athenaSamples({
		...{ athena: athenaClient(), database: config.ATHENA_DATABASE, workgroup: config.ATHENA_WORKGROUP },
		...{ s3: s3Client(), bucket: config.SAMPLES_BUCKET, folder: "samples/" },
	}),
	dialect: ATHENA,
	quarantine: itemQuarantine({ items }),
	deliveryLog: itemDeliveryLog({ items, now }),
	deliveries: sqsQueue({ client: sqsClient(), url: config.DELIVERY_QUEUE_URL }),
	deadLetters: sqsQueue({ client: sqsClient(), url: config.DELIVERY_DEAD_LETTER_URL }),
	// What a bought destination takes stands in its bundle, which only `deliver` carries: it refuses what does not fit.
	checkDestination: async (destination) =>
		BOUGHT.some((type) => type === destination.type) ? [] : checkDestination(destination, async () => undefined),
	recentEvents: athenaRecentEvents({ sql, table: RAW_TABLE, now }),
	sql,
	vault,
	hash: sha256,
	hashOf: messageHash,
	now,
	log: powertoolsLog(),
});
