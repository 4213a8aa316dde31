import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { sqliteBus } from "#adapters/embedded/sqlite/bus.ts";
import { sqliteChanges } from "#adapters/embedded/sqlite/changes.ts";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { type EmbeddedQueue, sqliteQueue } from "#adapters/embedded/sqlite/queue.ts";
import type { ItemChange, ItemStore } from "#adapters/items/item-store.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { IdentityRow } from "#contracts/archive/identity-changes.ts";
import { RULES, type RuleName } from "#contracts/bus/catalogue.ts";
import type { Archive, ArchivedIdentity, Bus, BusEntry, Queue } from "#domain/model/ports.ts";

export type QueueName = RuleName | "deliver";
export const QUEUE_NAMES: readonly QueueName[] = [...(Object.keys(RULES) as RuleName[]), "deliver"]; // keys of a literal object

/** The story's clock. */
export type Time = {
	now(): number;
	/** Lets so many milliseconds pass. */
	pass(ms: number): Promise<void>;
};

/** What a story stands on: every port, real, and what came of it. */
export type Backing = {
	readonly time: Time;
	readonly items: ItemStore;
	readonly bus: Bus;
	readonly archive: Archive;
	readonly identityArchive: Archive<ArchivedIdentity>;
	readonly queues: Readonly<Record<QueueName, Queue>>;
	/** Where messages go that came too often; those of `deliver` also when a delivery is given up. */
	readonly deadLetters: Readonly<Record<QueueName, Queue>>;
	/** The outbox: rows that were written and not acknowledged, oldest first. */
	changes(max: number): Promise<readonly ItemChange[]>;
	acknowledge(changeIds: readonly string[]): Promise<void>;
	/** Everything the bus has ever taken. */
	readonly heard: readonly BusEntry[];
	/** Every row of the archive of events, also those that are there twice. */
	rows(): Promise<readonly ArchiveRow[]>;
	/** Every profile that ever became a part of another, by the archive of who is who. */
	mergedAway(): Promise<ReadonlySet<string>>;
	close(): Promise<void>;
};

/** Messages that nobody has dealt with come again after this. */
const VISIBILITY_SECONDS = 30;
const MAX_RECEIVES = 5;

/** SQLite and files in a folder that is gone when the story is over, with a clock that only the story moves. */
export async function embeddedBacking(beginsAt: number): Promise<Backing> {
	const folder = mkdtempSync(join(tmpdir(), "tutti-chaos-"));
	const time = movedClock(beginsAt);
	const now = () => new Date(time.now());
	const database = openDatabase(join(folder, "tutti.db"));
	const redrive = (name: string) => ({ maxReceiveCount: MAX_RECEIVES, deadLetters: `${name}-dead-letters` });
	const queues = byName((name) =>
		sqliteQueue({ database, name, now, visibilitySeconds: VISIBILITY_SECONDS, redrive: redrive(name) }),
	);
	const deadLetters = byName((name) =>
		sqliteQueue({ database, name: `${name}-dead-letters`, now, visibilitySeconds: VISIBILITY_SECONDS }),
	);
	const targets = (Object.keys(RULES) as RuleName[]).map((name) => ({ pattern: RULES[name], queue: queues[name] }));
	const bus = sqliteBus({ database, now, targets });
	const heard: BusEntry[] = [];
	bus.tap((entries) => void heard.push(...entries));
	const feed = sqliteChanges(database);
	return {
		time,
		items: sqliteItemStore({ database, now }),
		bus,
		queues,
		deadLetters,
		archive: await fileArchive({ folder }),
		identityArchive: await fileIdentityArchive({ folder }),
		changes: async (max) => feed.readChanges(max),
		acknowledge: async (ids) => feed.acknowledge(ids),
		heard,
		rows: async () => rowsIn<ArchiveRow>(join(folder, "events")),
		mergedAway: async () => mergedAwayIn(folder),
		async close() {
			database.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function byName(make: (name: QueueName) => EmbeddedQueue): Readonly<Record<QueueName, EmbeddedQueue>> {
	return Object.fromEntries(QUEUE_NAMES.map((name) => [name, make(name)])) as Record<QueueName, EmbeddedQueue>; // every name
}

function movedClock(beginsAt: number): Time {
	let at = beginsAt;
	return {
		now: () => at,
		async pass(ms) {
			at += ms;
		},
	};
}

/** Every line of every file below; none where there is no such folder. */
export function rowsIn<Row>(folder: string): Row[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".ndjson"))
		.sort()
		.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean))
		.map((line) => JSON.parse(line) as Row); // what the archive wrote
}

/** Of an archive's folder: who was somebody else at a time. */
export const mergedAwayIn = (archive: string): ReadonlySet<string> =>
	new Set(
		rowsIn<IdentityRow>(join(archive, "identity-changes")).flatMap(({ seed_id, profile_id }) =>
			seed_id !== null && seed_id !== profile_id ? [seed_id] : [],
		),
	);
