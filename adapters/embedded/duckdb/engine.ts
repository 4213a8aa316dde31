import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ARCHIVE_COLUMNS } from "#contracts/archive/columns.ts";

const TYPES = { string: "VARCHAR", timestamp: "TIMESTAMP" } as const;
const COLUMNS = ARCHIVE_COLUMNS.map(({ name, type }) => ({ name, type: TYPES[type] }));
const SELECTED = [...COLUMNS.map(({ name }) => `"${name}"`), "day"].join(", ");

/**
 * A DuckDB in memory that can read one folder and do nothing else: no other file, no network, no extension, and no way
 * back from that. It spills into the temporary folder what does not fit into its memory.
 */
export async function startEngine(folder: string, temporaryFolder: string): Promise<DuckDBInstance> {
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
	await connection.run(`SET allowed_directories = [${quote(folder)}]`);
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
	await connection.run(`CREATE OR REPLACE VIEW tutti.archived AS ${isEmpty ? noRows() : rowsOfFiles(folder)}`);
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

function rowsOfFiles(folder: string): string {
	const columns = COLUMNS.map(({ name, type }) => `"${name}": '${type}'`).join(", ");
	return `SELECT * FROM read_json(${quote(`${folder}/day=*/*.ndjson`)}, format = 'newline_delimited',
		columns = {${columns}}, hive_partitioning = true, hive_types = {day: VARCHAR})`;
}

const noRows = (): string =>
	`SELECT ${COLUMNS.map(({ name, type }) => `NULL::${type} AS "${name}"`).join(", ")}, NULL::VARCHAR AS day WHERE false`;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
