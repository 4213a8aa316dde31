import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import { MIGRATIONS, OLDEST_READ } from "./migrations.ts";

/** Marks the file as ours in its header: the letters `Tutt`. */
const APPLICATION_ID = 0x54757474;

/** How long to wait for a process that is just letting go of the file, in milliseconds. */
const BUSY_MS = 2000;

/** An open database file. Everything on it is synchronous, so a transaction cannot be interleaved with another. */
export type Database = {
	readonly connection: DatabaseSync;
	/** Does all of `work`, or nothing when it throws. Not inside another transaction. */
	transaction<T>(work: () => T): T;
	/** The same, in one transaction with what others want in this turn of the event loop. */
	readonly together: GroupCommit["together"];
	close(): void;
};

/** The database file cannot be used; the message says in one line which file and why. No retry cures it. */
export class DatabaseUnusable extends Error {
	constructor(file: string, reason: string) {
		super(`the database ${file} cannot be used: ${reason}`);
		this.name = "DatabaseUnusable";
	}
}

/**
 * Opens the file, makes it and its folder when they are not there, brings its tables up to date, and gives back to the
 * queues what a process that died was holding. The file is this process's alone until it is closed, which is what makes
 * that safe. What was answered survives the death of the process; the last moments may be lost when the machine loses
 * power (write-ahead log, synchronous NORMAL). Throws `DatabaseUnusable`.
 */
export function openDatabase(file: string): Database {
	let connection: DatabaseSync | undefined;
	try {
		mkdirSync(dirname(file), { recursive: true });
		connection = new DatabaseSync(file, { timeout: BUSY_MS });
		connection.exec("PRAGMA locking_mode = EXCLUSIVE");
		const applied = versionOf(connection, file);
		connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
		// 12 MB of pages in memory: 32 were no faster, and 40 MB more of the process at 200,000 events.
		connection.exec("PRAGMA cache_size = -12288");
		// Every 8 MB of log goes into the file, whose log never keeps more than 64 MB.
		connection.exec("PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864");
		const database = wrap(connection);
		migrate(database, applied);
		return database;
	} catch (error) {
		if (connection?.isOpen) connection.close();
		throw error instanceof DatabaseUnusable ? error : new DatabaseUnusable(file, reasonOf(error));
	}
}

/** How many migrations the file has seen. Throws `DatabaseUnusable` when it is not a file of ours. */
function versionOf(connection: DatabaseSync, file: string): number {
	const [tables, owner, version] = [
		"SELECT count(*) FROM sqlite_master",
		"PRAGMA application_id",
		"PRAGMA user_version",
	]
		.map((sql) => Object.values(connection.prepare(sql).get() ?? {})[0])
		.map(Number);
	if (tables !== 0 && owner !== APPLICATION_ID) throw new DatabaseUnusable(file, "it belongs to another program");
	if (version === undefined || version > MIGRATIONS.length) {
		throw new DatabaseUnusable(file, "it was written by a newer version of Tutti; use that version");
	}
	if (tables !== 0 && version < OLDEST_READ) {
		throw new DatabaseUnusable(
			file,
			"it was written by an older build, whose state this one cannot take over: begin with another folder",
		);
	}
	return version;
}

function wrap(connection: DatabaseSync): Database {
	const [begin, commit, rollback] = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"].map((sql) => connection.prepare(sql));
	const transaction = <T>(work: () => T): T => {
		begin?.run();
		try {
			const answer = work();
			commit?.run();
			return answer;
		} catch (error) {
			// a full disk may have rolled back already
			if (connection.isTransaction) rollback?.run();
			throw error;
		}
	};
	const { together, flush } = groupCommit(transaction);
	return {
		connection,
		transaction,
		together,
		close() {
			flush();
			connection.close();
		},
	};
}

function migrate(database: Database, applied: number): void {
	const { connection } = database;
	database.transaction(() => {
		for (const step of MIGRATIONS.slice(applied)) connection.exec(step);
		connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
		// Nobody else has the file, so whoever held a message is dead: it comes again at once, in the order of sending.
		connection.exec("UPDATE messages SET held = 0, visible_at = sent_at WHERE held = 1");
	});
}

/** SQLite's primary result codes (`errcode & 0xff`) and the file system's, in the words of whoever must act. */
const REASONS: { readonly [code: string]: string } = {
	"5": "another process is using it (is Tutti running already?)",
	"8": "it may not be written",
	"10": "the disk failed to read or write it",
	"11": "it is damaged",
	"13": "the disk is full",
	"14": "it cannot be opened; are the folder and the file readable and writable?",
	"26": "it is not a database",
	EACCES: "its folder may not be written",
	EEXIST: "its folder is a file",
	ENOSPC: "the disk is full",
	ENOTDIR: "a part of its path is a file, not a folder",
	EPERM: "its folder may not be written",
	EROFS: "its folder is read-only",
};

function reasonOf(error: unknown): string {
	const { code, errcode } = error as { code?: string; errcode?: number };
	const known = errcode === undefined ? REASONS[code ?? ""] : REASONS[String(errcode & 0xff)];
	return known ?? (error instanceof Error ? error.message : String(error));
}
