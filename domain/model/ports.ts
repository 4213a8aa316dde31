import type { CollectedEvent, SourcedEvent } from "./event.ts";
import type { Json } from "./json.ts";

/** One entry for the bus: `source` is `tutti.<stage>`, `detailType` a name from `contracts/bus/catalogue.ts`. */
export type BusEntry = { readonly source: string; readonly detailType: string; readonly detail: unknown };

/** Where stages tell each other what happened, and any team's own rules listen. */
export interface Bus {
	/**
	 * Publishes all entries, retrying what was refused. Throws `BusRefused` when some stay refused: then the caller must
	 * treat none as published and try again (consumers are safe to see an entry twice).
	 */
	publish(entries: readonly BusEntry[]): Promise<void>;
}

/** The bus took fewer entries than it was given, after the adapter's own retries. `codes` are the bus's reasons. */
export class BusRefused extends Error {
	readonly refused: number;
	readonly codes: readonly string[];
	constructor(refused: number, given: number, codes: readonly string[]) {
		super(`the bus refused ${refused} of ${given} entries: ${codes.join(", ")}`);
		this.name = "BusRefused";
		this.refused = refused;
		this.codes = codes;
	}
}

export type QueueMessage = { readonly body: string /** 0 to 900. @default 0 */; readonly delaySeconds?: number };
export type ReceivedMessage = {
	readonly messageId: string;
	readonly body: string;
	/** What `delete` and `release` want; good until the visibility timeout is over. */
	readonly receipt: string;
	/** 1 the first time. */
	readonly receiveCount: number;
	/** When it was first sent, ISO 8601 UTC. */
	readonly sentAt: string;
};

/** A durable queue, at least once, unordered: the honest subset of SQS. */
export interface Queue {
	/** Sends all or throws; after a throw some may have been sent. */
	send(messages: readonly QueueMessage[]): Promise<void>;
	/** Up to `max` (≤ 10 on SQS) messages that are now hidden from others for the queue's visibility timeout. */
	receive(max: number): Promise<ReceivedMessage[]>;
	/** Done with: gone for good. Deleting what is gone already is no error. */
	delete(messages: readonly ReceivedMessage[]): Promise<void>;
	/** Gives messages back, visible again after `delaySeconds`. */
	release(messages: readonly ReceivedMessage[], delaySeconds: number): Promise<void>;
	/** Messages waiting and in flight, as near as the queue can say. */
	depth(): Promise<{ readonly waiting: number; readonly inFlight: number }>;
}

/**
 * An event as it is kept for ever: what was accepted, its source, the seed id of its strongest identifier, null when it has
 * none that may be used, and what became of it.
 */
export type ArchivedEvent = {
	readonly event: SourcedEvent;
	readonly seedId: string | null;
	/** Why it was set aside (a `QuarantineReason`). @default it went on */
	readonly quarantined?: string;
	/** The paths that were taken off before it was folded, as violations name them. @default none */
	readonly omitted?: readonly string[];
};

/** An identifier that belongs to another person from a moment on (ISO 8601 UTC), and what showed it. */
export type ArchivedIdentity = {
	readonly seedId: string;
	readonly profileId: string;
	readonly at: string;
	readonly messageId: string;
};

/** What is kept for ever: every accepted event, raw, or every change of who is who. */
export interface Archive<Kept = ArchivedEvent> {
	/**
	 * Returns when all rows are safe. Throws `ArchiveRefused` when it is known which are not, after the adapter's own retries: the
	 * caller must give these again. After anything else that is thrown, all of them.
	 */
	store(rows: readonly Kept[]): Promise<void>;
}

/** The archive did not take some rows: `refused` are their positions among those given, `codes` the archive's reasons. */
export class ArchiveRefused extends Error {
	readonly refused: ReadonlySet<number>;
	readonly codes: readonly string[];
	constructor(refused: ReadonlySet<number>, given: number, codes: readonly string[]) {
		super(`the archive refused ${refused.size} of ${given} rows: ${codes.join(", ")}`);
		this.name = "ArchiveRefused";
		this.refused = refused;
		this.codes = codes;
	}
}

export type SqlResult = {
	readonly columns: readonly { readonly name: string; readonly type: string }[];
	readonly rows: readonly (readonly Json[])[];
	/** What the query read, as the engine counts it. */
	readonly scannedBytes: number;
};

/** Read-only SQL over the archive: `events`, `identities`, `identity_changes` (DuckDB here, Athena there; keep to what both understand). */
export interface Sql {
	/** Throws `SqlRefused` with the engine's own words when the query is wrong or not read-only. */
	query(sql: string, options?: { readonly maxRows?: number }): Promise<SqlResult>;
	/**
	 * The same for more rows than one may hold at once, in pages of some thousand: one at least, in the query's order, none
	 * read ahead. `scannedBytes` stands on the first page, 0 on the others. Give the query an ORDER BY: then nobody waits
	 * who wants to write to the archive while the pages are worked on. Whoever stops early need not say so.
	 */
	pages(sql: string): AsyncIterable<SqlResult>;
}

/** The engine would not run the query; the message says why, in the engine's words. */
export class SqlRefused extends Error {
	constructor(reason: string) {
		super(reason);
		this.name = "SqlRefused";
	}
}

/** Secrets by name, as definitions refer to them: `{{secret:name}}`. */
export interface Secrets {
	/** The secret, or undefined when there is none of that name. */
	read(name: string): Promise<string | undefined>;
}

/** The latest events through the collector, newest first: the live tail. `after` is a cursor from an earlier answer. */
export interface RecentEvents {
	since(
		after: string | undefined,
		limit: number,
	): Promise<{ readonly events: readonly SourcedEvent[]; readonly cursor: string }>;
}

/** A source's events as one request brought them: the collector's bus entry before it is split. */
export type Collected = {
	readonly source: string;
	readonly receivedAt: string;
	readonly events: readonly CollectedEvent[];
};
