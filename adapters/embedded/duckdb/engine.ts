import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import {
	IDENTITIES_VIEW,
	IDENTITY_CHANGES,
	IDENTITY_COLUMNS,
	identitiesSql,
} from "#contracts/archive/identity-changes.ts";
import { SAMPLE_COLUMNS, SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import type { ArchiveFile } from "../files/archive-file.ts";
import { quote, rowsOf } from "./archive-rows.ts";

type Files = readonly ArchiveFile[];

const SELECTED = [...ARCHIVE_COLUMNS.map(({ name }) => `"${name}"`), "day"].join(", ");

/**
 * What takes memory is done one after the other. Only hashes are gone through for all messages, a fifth of what ids take;
 * that two ids may share one adds a row to look at and changes nothing. Rows of a message that were received at the same
 * instant cannot be told apart by it, so the view leaves out all of them and takes the one that is kept.
 */
const FINDING_COPIES = [
	"CREATE OR REPLACE TABLE tutti.hashes AS SELECT hash(message_id) AS id_hash FROM tutti.archived",
	`CREATE OR REPLACE TABLE tutti.repeated AS
		SELECT id_hash FROM tutti.hashes GROUP BY id_hash HAVING count(*) > 1`,
	"DROP TABLE tutti.hashes",
	`CREATE OR REPLACE TABLE tutti.copies AS
		SELECT message_id, received_at, quarantined IS NOT NULL AS is_aside FROM tutti.archived SEMI JOIN tutti.repeated ON hash(message_id) = id_hash`,
	"DROP TABLE tutti.repeated",
	`CREATE OR REPLACE TABLE tutti.left_out AS
		SELECT message_id, received_at, row_number() OVER (
			PARTITION BY message_id ORDER BY bool_and(is_aside), received_at) = 1 AS is_first
		FROM tutti.copies GROUP BY message_id, received_at QUALIFY count(*) > 1 OR NOT is_first`,
	"DROP TABLE tutti.copies",
	`CREATE OR REPLACE TABLE tutti.kept AS SELECT ${SELECTED} FROM tutti.archived
		SEMI JOIN (SELECT message_id, received_at FROM tutti.left_out WHERE is_first) USING (message_id, received_at)`,
	`DELETE FROM tutti.kept WHERE rowid NOT IN (
		SELECT coalesce(min(rowid) FILTER (WHERE quarantined IS NULL), min(rowid)) FROM tutti.kept GROUP BY message_id)`,
];

/**
 * A DuckDB in memory that can read these folders and do nothing else: no other file, no network, no extension, and no way
 * back from that. It spills into the temporary folder what does not fit into its memory.
 */
export async function startEngine(folders: readonly string[], temporaryFolder: string): Promise<DuckDBInstance> {
	const instance = await DuckDBInstance.create(":memory:", {
		// each thread takes 32 MB for the file it is reading, so one makes more of little memory than two
		memory_limit: "96MB",
		threads: "1",
		// what is freed goes back to the system at once, instead of being kept for next time
		allocator_bulk_deallocation_flush_threshold: "1MB",
		// it takes every JSON file for a small one, and would gather the archive in memory to look up a few rows in it
		disabled_optimizers: "build_side_probe_side",
		temp_directory: temporaryFolder,
		// a query that sorts what has no end is stopped by this, and not by a full disk
		max_temp_directory_size: await mostSpilled(temporaryFolder),
		autoinstall_known_extensions: "false",
		autoload_known_extensions: "false",
		// rows come in no order unless a query asks for one, which saves the memory of keeping it
		preserve_insertion_order: "false",
	});
	const connection = await instance.connect();
	await connection.run(`SET allowed_directories = [${folders.map(quote).join(", ")}]`);
	await connection.run("SET enable_external_access = false");
	await connection.run("SET lock_configuration = true");
	connection.closeSync();
	return instance;
}

/**
 * Makes the view `events`, de-duplicated: of each message the row that was received first of those that went on to a profile, or of all
 * where none did. Messages are rarely there
 * twice, so what the view leaves out is written down. Windowing over all rows instead needs the whole archive in memory
 * for `SELECT * … ORDER BY`. Call it again whenever the files have changed.
 */
export async function viewEvents(connection: DuckDBConnection, files: Files): Promise<void> {
	await connection.run("CREATE SCHEMA IF NOT EXISTS tutti");
	await connection.run(`CREATE OR REPLACE VIEW tutti.archived AS ${rowsOf(files, ARCHIVE_COLUMNS)}`);
	for (const statement of FINDING_COPIES) await connection.run(statement);
	await connection.run(`
		CREATE OR REPLACE VIEW events AS
		SELECT ${SELECTED} FROM tutti.archived ANTI JOIN tutti.left_out USING (message_id, received_at)
		UNION ALL SELECT ${SELECTED} FROM tutti.kept`);
}

/** What finding the latest change of a seed id takes is kept for each of them at once, and cannot be spilled. */
const CHANGES_AT_ONCE = 50_000;

/**
 * Makes `identity_changes`, all there are, and `identities`, the view over them that says who is who now: written down, for every query
 * that joins events to people needs all of it.
 */
export async function viewIdentities(connection: DuckDBConnection, files: Files): Promise<void> {
	const rows = rowsOf(files, IDENTITY_COLUMNS);
	await connection.run(`CREATE OR REPLACE VIEW ${IDENTITY_CHANGES} AS ${rows}`);
	await connection.run("CREATE SCHEMA IF NOT EXISTS tutti");
	await connection.run("CREATE OR REPLACE TABLE tutti.identities (seed_id VARCHAR, profile_id VARCHAR)");
	const [[changes] = []] = (await connection.runAndReadAll(`SELECT count(*) FROM ${IDENTITY_CHANGES}`)).getRows();
	const parts = Math.ceil(Number(changes) / CHANGES_AT_ONCE);
	for (let part = 0; part < parts; part++) {
		const some = `(SELECT * FROM ${IDENTITY_CHANGES} WHERE hash(seed_id) % ${parts} = ${part})`;
		await connection.run(`INSERT INTO tutti.identities ${identitiesSql(some)}`);
	}
	await connection.run(`CREATE OR REPLACE VIEW ${IDENTITIES_VIEW} AS SELECT seed_id, profile_id FROM tutti.identities`);
}

/** Makes `sampled_events`: some people's events, by when they were drawn. */
export async function viewSamples(connection: DuckDBConnection, files: Files): Promise<void> {
	const rows = rowsOf(files, SAMPLE_COLUMNS, "drawn");
	await connection.run(`CREATE OR REPLACE VIEW ${SAMPLED_EVENTS} AS ${rows}`);
}

/** Half of what the disk has left, however little: the other half is for the events that come in meanwhile. */
async function mostSpilled(temporaryFolder: string): Promise<string> {
	const { bavail, bsize } = await statfs(dirname(temporaryFolder));
	return `${Math.floor((bavail * bsize) / 2 / 1024 ** 2)}MiB`;
}
