import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SQSBatchResponse } from "aws-lambda";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { sqliteChanges } from "#adapters/embedded/sqlite/changes.ts";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { itemAccounts } from "#adapters/items/accounts.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import type { Item, ItemStore } from "#adapters/items/item-store.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import { itemQuarantine } from "#adapters/items/quarantine.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Identifier, IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import type { Archive, ArchivedEvent, Bus, BusEntry } from "#domain/model/ports.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { PassBeats } from "#domain/segment/ports.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { processEvents } from "#functions/unify/process-events/process-events.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { aContext, busBody, queueEvent } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";

const NOW = new Date("2026-01-31T12:00:00.000Z");

/** A workspace with nothing in it but what a test puts there. */
export const aWorkspace = (parts: Partial<Workspace> = {}): Workspace => ({
	sources: [],
	trackingPlans: [],
	identity: DEFAULT_IDENTITY,
	segments: [],
	destinations: [],
	...parts,
});

let counter = 0;

/** An event as the collector accepted it just now; everything that is not said has a value that does not matter. */
export function anEvent({
	at = "2026-01-30T12:00:00.000Z",
	...fields
}: Partial<CollectedEvent> & { at?: string } = {}): CollectedEvent {
	return {
		messageId: `m-${++counter}`,
		type: "track",
		...((fields.type ?? "track") === "track" && { event: "Product Viewed" }),
		context: {},
		...happenedAt(at),
		receivedAt: NOW.toISOString(),
		...fields,
	};
}

/** An envelope as it stands in the queue. */
export const anEnvelope = (events: readonly CollectedEvent[], source = "web", batchId = `b-${++counter}`) => ({
	version: 1 as const,
	batchId,
	source,
	receivedAt: NOW.toISOString(),
	types: [...new Set(events.map(({ type }) => type))],
	names: [...new Set(events.flatMap(({ event }) => event ?? []))],
	events,
});

export type Pass = ReturnType<typeof aPass>;

type PassOptions = {
	readonly workspace?: Workspace;
	/** Where it becomes another one. @default always the same */
	readonly workspaceNow?: () => Workspace;
	/** May put faults into the store the pass sees; the test itself sees the store as it is. */
	readonly wrap?: (items: ItemStore) => ItemStore;
	readonly wrapVault?: (vault: IdentifierVault) => IdentifierVault;
	readonly bus?: Bus;
	/** @default one that keeps all rows: `archived` */
	readonly archive?: Archive;
	readonly beats?: PassBeats;
	/** @default a day that stands still */
	readonly now?: () => Date;
	/** @default none: nobody else writes */
	readonly pause?: (attempt: number) => Promise<void>;
};

/** The pass over a SQLite file of its own, with a bus that keeps what it is told. */
export function aPass(options: PassOptions = {}) {
	const { workspace = aWorkspace(), wrap = (items) => items, wrapVault = (vault) => vault, now = () => NOW } = options;
	const { workspaceNow = () => workspace } = options;
	const folder = mkdtempSync(join(tmpdir(), "tutti-pass-"));
	const database = openDatabase(join(folder, "tutti.sqlite"));
	const items = sqliteItemStore({ database, now });
	const vault = identifierVault(Buffer.alloc(32, 7));
	const shared = { items: grantedStore("unify/process-events", wrap(items)), vault, now };
	const told: BusEntry[] = [];
	const bus = options.bus ?? { publish: async (entries: readonly BusEntry[]) => void told.push(...entries) };
	const log = recordingLog();
	const archived: ArchivedEvent[] = [];
	const archive = options.archive ?? {
		store: async (rows: readonly ArchivedEvent[]) => void archived.push(...rows),
	};
	const handler = processEvents({
		archive,
		identities: itemIdentityGraph(shared),
		fragments: itemFragments(shared),
		quarantine: itemQuarantine(shared),
		memberships: itemMemberships(shared),
		accounts: itemAccounts(shared),
		bus,
		definitions: { current: async () => workspaceNow() },
		vault: wrapVault(vault),
		now,
		log,
		...(options.beats && { beats: options.beats }),
		pause: options.pause ?? (async () => {}),
	});
	const graph = itemIdentityGraph({ items, vault, now });
	const fragments = itemFragments({ items });
	const view = { rules: compileTraits(workspace.traits ?? [], sha256), now };
	const profileOf = (seedId: SeedId): Promise<Profile | undefined> => readProfile(seedId, { graph, fragments, view });
	return {
		items,
		memberships: itemMemberships({ items, now }),
		accounts: itemAccounts({ items, vault }),
		fragments,
		identities: graph,
		quarantine: itemQuarantine({ items }),
		vault,
		told,
		/** The rows in the archive. */
		archived,
		log,
		/** One SQS batch, an envelope a message; answers the positions of those that come again. */
		async take(...envelopes: readonly object[]): Promise<number[]> {
			const answer = (await handler(
				queueEvent(envelopes.map((detail) => busBody(detail))),
				aContext,
			)) as SQSBatchResponse;
			return answer.batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier.split("-")[1]));
		},
		/** The news in the outbox, in the order they were written. */
		outbox: (): BusEntry[] =>
			// every row of the outbox has an entry
			sqliteChanges(database)
				.readChanges(10_000)
				.map(({ item }) => outboxEntry(item as Item & { entry: string })),
		profileOf,
		profile: (identifier: Identifier) => profileOf(vault.seedId(identifier)),
		close() {
			database.close();
			rmSync(folder, { recursive: true });
		},
	};
}

export const userId = (value: string): Identifier => ({ namespace: "user_id", value });
export const anonymousId = (value: string): Identifier => ({ namespace: "anonymous_id", value });
export const email = (value: string): Identifier => ({ namespace: "email", value });

/** Notes whose memberships are asked for: `wrap` is for `aPass`, `asked` are the partitions. */
export function watchMemberships() {
	const asked: string[] = [];
	const wrap = (items: ItemStore): ItemStore => ({
		...items,
		query: (query) => {
			if (query.prefix === "SEG#") asked.push(query.pk);
			return items.query(query);
		},
	});
	return { asked, wrap };
}
