import { s3Files } from "#adapters/aws/athena/result-file.ts";
import { athenaSamples } from "#adapters/aws/athena/samples.ts";
import { athenaSql } from "#adapters/aws/athena/sql.ts";
import { athenaClient, dynamoClient, s3Client, secretsManagerClient } from "#adapters/aws/clients.ts";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import { secretsManagerSecrets } from "#adapters/aws/secrets/secrets.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { vaultFrom } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { itemRecomputes } from "#adapters/items/recomputes.ts";
import { itemReconciles } from "#adapters/items/reconciles.ts";
import { drawSample } from "#domain/segment/draw-sample.ts";
import { ATHENA } from "#domain/segment/sql-dialect.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { readConfig } from "#functions/shared/config.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { environment } from "./config.ts";
import { reconcileSegments } from "./reconcile-segments.ts";

/** A query reads the whole archive; it must end well before the function does. */
const QUERY_DEADLINE_SECONDS = 240;

const config = readConfig(environment, process.env);
const now = () => new Date();
const log = powertoolsLog();
const items = dynamoItemStore({ client: dynamoClient(), table: config.TABLE_NAME, now });
const secrets = secretsManagerSecrets({ client: secretsManagerClient(), prefix: config.SECRETS_PREFIX, now });
const vault = await vaultFrom(secrets);
const graph = itemIdentityGraph({ items, vault, now });
const fragments = itemFragments({ items });
const definitions = itemDefinitions({ items, now });

const asked = { database: config.ATHENA_DATABASE, workgroup: config.ATHENA_WORKGROUP };
const sql = athenaSql({
	client: athenaClient(),
	...asked,
	deadlineSeconds: QUERY_DEADLINE_SECONDS,
	openFile: s3Files(s3Client()),
});
const samples = athenaSamples({
	...{ athena: athenaClient(), ...asked, deadlineSeconds: QUERY_DEADLINE_SECONDS },
	...{ s3: s3Client(), bucket: config.SAMPLES_BUCKET, folder: "samples/" },
});

export const handler = reconcileSegments({
	definitions,
	sql,
	// The people that previews look at are drawn anew with it.
	alsoNightly: async () => void (await drawSample({ sql, samples, dialect: ATHENA, now })),
	dialect: ATHENA,
	memberships: itemMemberships({ items, now }),
	profiles: profileReader({ graph, fragments, view: traitView({ definitions, hash: sha256, now }) }),
	fragments,
	reconciles: itemReconciles({ items }),
	recomputes: itemRecomputes({ items, now }),
	vault,
	now,
	log,
	metrics: powertoolsMetrics(config.METRICS_NAMESPACE),
});
