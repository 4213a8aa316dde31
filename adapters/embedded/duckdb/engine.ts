import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";
import {
	IDENTITIES_VIEW,
	IDENTITY_CHANGES,
	IDENTITY_COLUMNS,
	identitiesSql,
} from "#contracts/archive/identity-changes.ts";

const TYPES = { string: "VARCHAR", timestamp: "TIMESTAMP" } as const;
const SELECTED = [...ARCHIVE_COLUMNS.map(({ name }) => `"${name}"`), "day"].join(", ");

/**
 * A DuckDB in memory that can read these folders and do nothing else: no other file, no network, no extension, and no way
 * back from that. It spills into the temporary folder what does not fit into its memory.
 */
export async function startEngine(folders: readonly string[], temporaryFolder: string): Promise<DuckDBInstance> {
	const instance = await DuckDBInstance.create(":memory:", {
		memory_limit: "256MB",
		threads: "2",
		temp_directory: temporaryFolder,
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
 * Makes the view `events`, de-duplicated: of each message the row that was received first. Messages are rarely there
 * twice, so those that are have their one row set aside in a small table, and the view leaves their rows in the files
 * out. Windowing over all rows instead needs the whole archive in memory for `SELECT * … ORDER BY`. Call it again
 * whenever the files have changed.
 */
export async function viewEvents(connection: DuckDBConnection, folder: string, isEmpty: boolean): Promise<void> {
	await connection.run(`CREATE SCHEMA IF NOT EXISTS tutti`);
	await connection.run(`CREATE OR REPLACE VIEW tutti.archived AS ${rowsIn(folder, ARCHIVE_COLUMNS, isEmpty)}`);
	await connection.run(`
		CREATE OR REPLACE TABLE tutti.repeated AS
		SELECT message_id FROM tutti.archived GROUP BY message_id HAVING count(*) > 1`);
	await connection.run(`
		CREATE OR REPLACE TABLE tutti.kept AS
		SELECT ${SELECTED} FROM tutti.archived SEMI JOIN tutti.repeated USING (message_id)
		QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY received_at) = 1`);
	await connection.run(`
		CREATE OR REPLACE VIEW events AS
		SELECT ${SELECTED} FROM tutti.archived ANTI JOIN tutti.repeated USING (message_id)
		UNION ALL SELECT ${SELECTED} FROM tutti.kept`);
}

/** Makes `identity_changes`, all there are, and `identities`, the view over them that says who is who now. */
export async function viewIdentities(connection: DuckDBConnection, folder: string, isEmpty: boolean): Promise<void> {
	const rows = rowsIn(folder, IDENTITY_COLUMNS, isEmpty);
	await connection.run(`CREATE OR REPLACE VIEW ${IDENTITY_CHANGES} AS ${rows}`);
	await connection.run(`CREATE OR REPLACE VIEW ${IDENTITIES_VIEW} AS ${identitiesSql(IDENTITY_CHANGES)}`);
}

type Column = { readonly name: string; readonly type: keyof typeof TYPES };

/** The rows of the files below a folder, with the day of the folder each lies in. */
function rowsIn(folder: string, columns: readonly Column[], isEmpty: boolean): string {
	if (isEmpty) {
		const nothing = columns.map(({ name, type }) => `NULL::${TYPES[type]} AS "${name}"`);
		return `SELECT ${nothing.join(", ")}, NULL::VARCHAR AS day WHERE false`;
	}
	const typed = columns.map(({ name, type }) => `"${name}": '${TYPES[type]}'`);
	return `SELECT * FROM read_json(${quote(`${folder}/day=*/*.ndjson`)}, format = 'newline_delimited',
		columns = {${typed.join(", ")}}, hive_partitioning = true, hive_types = {day: VARCHAR})`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
