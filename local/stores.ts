import { createHmac } from "node:crypto";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { checkDestination } from "#adapters/destinations/check-destination.ts";
import { localChunks } from "#adapters/destinations/local-chunks.ts";
import { duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { installationKey } from "#adapters/embedded/files/installation-key.ts";
import { recentEvents } from "#adapters/embedded/files/recent-events.ts";
import { fileSamples, sampleFiles } from "#adapters/embedded/files/samples.ts";
import { fileSecrets } from "#adapters/embedded/files/secrets.ts";
import { sqliteBus } from "#adapters/embedded/sqlite/bus.ts";
import { sqliteChanges } from "#adapters/embedded/sqlite/changes.ts";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import { itemAccounts } from "#adapters/items/accounts.ts";
import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemIdentityHealth } from "#adapters/items/identity-health.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemLists } from "#adapters/items/lists.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { itemPassBeats } from "#adapters/items/pass-beats.ts";
import { itemQuarantine } from "#adapters/items/quarantine.ts";
import { itemRecomputes } from "#adapters/items/recomputes.ts";
import { itemReconciles } from "#adapters/items/reconciles.ts";
import { itemSharedRates } from "#adapters/items/shared-rates.ts";
import { itemSweeps } from "#adapters/items/sweeps.ts";
import { itemTransitionCounts } from "#adapters/items/transition-counts.ts";
import { RULES } from "#contracts/bus/catalogue.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { Secrets } from "#domain/model/ports.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import type { DataFolder } from "./data-folder.ts";

export type StoresOptions = {
	readonly folder: DataFolder;
	/** `TUTTI_SECRET_…` are read from it. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Where this server answers. Asked for when it is needed: it is not known before the server listens. */
	readonly ownUrl: () => string;
	readonly now: () => Date;
};

export type Stores = Awaited<ReturnType<typeof openStores>>;

/**
 * One process has the folder, and what it leaves is taken up by the next one when it opens the database. So a message may
 * stay hidden for longer than any function takes: that it came up meanwhile would only do it twice.
 */
const VISIBILITY_SECONDS = 900;
/** As on AWS (`lib/constructs/queue-worker.ts`). */
const MAX_RECEIVES = 5;

/** Every place where something is kept, opened in the data folder. Throws `DatabaseUnusable` and the like. */
export async function openStores(options: StoresOptions) {
	const { folder, now } = options;
	// First of all: with the database the folder is ours, and only then may anything in it be repaired.
	const database = openDatabase(folder.file("tutti.db"));
	const key = installationKey(folder.path);
	const archive = await fileArchive({ folder: folder.file("archive") });
	const identityArchive = await fileIdentityArchive({ folder: folder.file("archive") });
	const drawn = await sampleFiles({ folder: folder.file("archive") });
	const sql = duckdbSql({ archive, identityArchive, samples: drawn, temporaryFolder: folder.file("temporary") });
	const queues = openQueues(database, now);
	const recent = recentEvents();
	const chunks = localChunks();
	const bus = sqliteBus({
		database,
		now,
		targets: [
			{ pattern: RULES["store-identities"], queue: queues.storeIdentities },
			{ pattern: RULES["process-events"], queue: queues.processEvents },
			{ pattern: RULES["route-deliveries"], queue: queues.routeDeliveries },
		],
	});
	bus.tap((entries) => recent.hear(entries));
	return {
		...queues,
		...repositoriesOver({ items: sqliteItemStore({ database, now }), vault: identifierVault(key), now }),
		archive,
		identityArchive,
		bus,
		chunks,
		checkDestination: (destination: Destination) => checkDestination(destination, chunks),
		recentEvents: recent,
		changes: sqliteChanges(database),
		sql,
		samples: fileSamples({ files: drawn, sql }),
		secrets: secretsOf(options, key),
		async close() {
			await sql.close();
			database.close();
		},
	};
}

function openQueues(database: Database, now: () => Date) {
	const queue = (name: string, redrive?: { maxReceiveCount: number; deadLetters: string }) =>
		sqliteQueue({ database, name, now, visibilitySeconds: VISIBILITY_SECONDS, ...(redrive && { redrive }) });
	const withDeadLetters = (name: string) =>
		queue(name, { maxReceiveCount: MAX_RECEIVES, deadLetters: `${name}-dead-letters` });
	return {
		storeIdentities: withDeadLetters("store-identities"),
		processEvents: withDeadLetters("process-events"),
		routeDeliveries: withDeadLetters("route-deliveries"),
		deliveries: withDeadLetters("deliver"),
		deadLetters: queue("deliver-dead-letters"),
	};
}

type Kept = { readonly items: ItemStore; readonly vault: IdentifierVault; readonly now: () => Date };

/** Everything that is kept in items. */
export function repositoriesOver({ items, vault, now }: Kept) {
	const shared = { items, hash: sha256, vault, now };
	return {
		vault,
		// One process: what was applied is in force with the next look, which costs one small read.
		definitions: itemDefinitions({ ...shared, maxAgeSeconds: 0 }),
		register: itemDefinitionRegister(shared),
		identities: itemIdentityGraph(shared),
		journal: itemIdentityJournal(shared),
		health: itemIdentityHealth(shared),
		blocked: itemBlockedIdentifiers(shared),
		fragments: itemFragments(shared),
		memberships: itemMemberships(shared),
		lists: itemLists(shared),
		rates: itemSharedRates(shared),
		accounts: itemAccounts(shared),
		quarantine: itemQuarantine(shared),
		recomputes: itemRecomputes(shared),
		transitions: itemTransitionCounts({ ...shared, pause: pauseWithJitter }),
		reconciles: itemReconciles(shared),
		looks: itemDueLooks(shared),
		beats: itemPassBeats(shared),
		sweeps: itemSweeps(shared),
		deliveryLog: itemDeliveryLog(shared),
	};
}

/** The folder's secrets. The example's webhook goes to this server's own sink unless they say otherwise. */
function secretsOf({ folder, env, ownUrl }: StoresOptions, key: Buffer): Secrets {
	const own = fileSecrets({ env, dataFolder: folder.path });
	const madeUp: Readonly<Record<string, () => string>> = {
		"crm-webhook-url": () => `${ownUrl()}/_sink/crm`,
		"crm-webhook-secret": () => `whsec_${createHmac("sha256", key).update("crm-webhook-secret").digest("base64")}`,
	};
	return { read: async (name) => (await own.read(name)) ?? madeUp[name]?.() };
}
