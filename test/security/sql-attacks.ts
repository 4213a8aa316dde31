/**
 * Queries that must be refused wherever `POST /v1/query` is answered. `{folder}` stands for a folder beside the archive,
 * `{archive}` for a file of the archive itself.
 */
export const WRITES_AND_COMMANDS: readonly string[] = [
	...[
		"ATTACH '{folder}/x.db'",
		"ATTACH ':memory:' AS x",
		"DETACH memory",
		"USE tutti",
		"CHECKPOINT",
		"VACUUM",
		"BEGIN",
	],
	...[
		"COPY (SELECT 1) TO '{folder}/written.csv'",
		"COPY events TO '{folder}/written.parquet'",
		"EXPORT DATABASE '{folder}/x'",
	],
	...[
		"IMPORT DATABASE '{folder}/x'",
		"INSTALL httpfs",
		"FORCE INSTALL httpfs FROM 'http://127.0.0.1:1'",
		"LOAD httpfs",
	],
	...["SET memory_limit='64GB'", "SET enable_external_access=true", "RESET lock_configuration", "PRAGMA database_list"],
	...["PRAGMA enable_profiling='json'", "CALL enable_logging()", "CREATE TABLE x AS SELECT 1", "CREATE MACRO m() AS 1"],
	...[
		"CREATE VIEW events AS SELECT 1",
		"CREATE SECRET (TYPE s3)",
		"DROP VIEW events",
		"ALTER TABLE events RENAME TO x",
	],
	...["INSERT INTO events VALUES (1)", "UPDATE events SET day = 'x'", "DELETE FROM events", "TRUNCATE events"],
	...["MERGE INTO events USING events e ON true WHEN MATCHED THEN DELETE", "PREPARE x AS SELECT 1", "EXECUTE x"],
	...[
		"EXPLAIN ANALYZE SELECT 1",
		"GRANT ALL ON events TO x",
		"UNLOAD (SELECT 1) TO 's3://x/'",
		"MSCK REPAIR TABLE events",
	],
	...["SELECT 1; DROP VIEW events", "SELECT 1; SELECT 2", "SELECT 1;; COPY (SELECT 1) TO '{folder}/written.csv'"],
	...[
		"SELECT 1 /* ; */; ATTACH 'x' -- ",
		"-- a comment\nCOPY (SELECT 1) TO '{folder}/written.csv'",
		"/* SELECT */ DROP VIEW events",
	],
	...[
		"SELECT ';' ; DROP VIEW events",
		'SELECT 1 AS ";" ; DROP VIEW events',
		"",
		" ",
		";",
		"-- nothing",
		"/* nothing */",
	],
	...["WITH x AS (SELECT 1) DELETE FROM events", "WITH x AS (SELECT 1) INSERT INTO events SELECT * FROM x"],
];

/** What only an engine on our own machine could be made to do: read files, call out, tell of itself. */
export const READS_OF_THE_MACHINE: readonly string[] = [
	...[
		"read_csv",
		"read_text",
		"read_blob",
		"read_json",
		"read_ndjson",
		"read_parquet",
		"parquet_scan",
		"sniff_csv",
	].flatMap((reader) => [
		`SELECT * FROM ${reader}('{folder}/secret.csv')`,
		`SELECT (SELECT count(*) FROM ${reader}('/etc/passwd'))`,
	]),
	...["parquet_metadata", "parquet_schema", "read_csv_auto", "read_json_auto", "glob", "read_duckdb"].map(
		(reader) => `FROM ${reader}('{folder}/*')`,
	),
	...["{folder}/secret.csv", "{archive}", "{archive}/../../../secret.csv", "/etc/passwd", "file:///etc/passwd"].flatMap(
		(file) => [`SELECT * FROM '${file}'`, `FROM "${file}"`, `WITH x AS (FROM "${file}") SELECT * FROM x`],
	),
	...[
		"http://127.0.0.1:1/x.csv",
		"https://127.0.0.1:1/x.parquet",
		"s3://x/y.csv",
		"http://169.254.169.254/latest/",
	].map((url) => `SELECT * FROM '${url}'`),
	'WITH "{folder}/secret.csv" AS (SELECT 1) SELECT * FROM (SELECT 1) x JOIN other."{folder}/secret.csv" ON true',
	'SELECT * FROM (WITH "{folder}/secret.csv" AS (SELECT 1) SELECT 1) x, "{folder}/secret.csv"',
	"SELECT * FROM events, LATERAL (SELECT * FROM read_text('/etc/passwd'))",
	"SELECT * FROM events WHERE day IN (SELECT content FROM read_text('/etc/passwd'))",
	"SELECT * FROM system.main.read_text('/etc/passwd')",
	"SELECT * FROM \"READ_TEXT\"('/etc/passwd')",
	"SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
	"SELECT * FROM query_table('/etc/passwd')",
	"SELECT * FROM query_table(['events'])",
	"FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''/etc/passwd'')'))",
	"SELECT getenv('HOME')",
	...["temp_directory", "home_directory", "secret_directory", "allowed_directories"].map(
		(s) => `SELECT current_setting('${s}')`,
	),
	...[
		"duckdb_settings()",
		"duckdb_secrets()",
		"duckdb_extensions()",
		"duckdb_functions()",
		"pragma_database_list()",
	].map((from) => `SELECT * FROM ${from}`),
	...[
		"which_secret('s3://x','s3')",
		"enable_logging()",
		"truncate_duckdb_logs()",
		"force_checkpoint()",
		"duckdb_memory()",
	].map((from) => `SELECT * FROM ${from}`),
	...["information_schema.tables", "pg_catalog.pg_settings", "sqlite_master", "duckdb_tables", "duckdb_logs"].map(
		(from) => `SELECT * FROM ${from}`,
	),
	...["tutti.archived", "tutti.kept", "other.events", "system.main.events", "temp.events"].map(
		(from) => `FROM ${from}`,
	),
	"SELECT * FROM (WITH duckdb_tables AS (SELECT 1) SELECT 1), duckdb_tables",
	"SELECT write_log('x')",
	"SELECT sleep_ms(600000)",
	"SELECT pg_sleep(600)",
	"SELECT nextval('x')",
];

/** What would take all memory, and cannot be counted or stopped while it does. */
export const BOMBS: readonly string[] = [
	"SELECT repeat('x', 4000000000)",
	"SELECT length(repeat('x', 1000000000))",
	"SELECT repeat(repeat('x', 10000), 10000)",
	"SELECT length(repeat(event, length(properties) * 1000000)) FROM events",
	"SELECT REPEAT('x', 1000000 * 1000000)",
	"SELECT main.repeat('x', 1000000000)",
	"SELECT lpad('x', 2000000000, 'y')",
	"SELECT rpad('x', 2000000000, 'y')",
	"SELECT list_sum(range(2000000000))",
	"SELECT unnest(range(0, 4000000000))",
	"SELECT generate_series(1, 1000000000)",
	"SELECT list_resize([1], 2000000000)",
	"SELECT bitstring('1', 2000000000)",
	"SELECT printf('%999999999d', 1)",
	"SELECT printf('%*d', 999999999, 1)",
	"SELECT format('{:>999999999}', 'x')",
	"SELECT format('{:>{}}', 'x', 999999999)",
	"SELECT format(event, 1) FROM events",
	"SELECT length(array_to_string(list_transform(range(10000), x -> repeat('x', 10000)), ''))",
	"SELECT [repeat('x', 10000) FOR x IN range(10000)]",
];

/** Queries that take long or much, and that the engine itself must stop. */
export const ENDLESS: readonly string[] = [
	"SELECT count(*) FROM range(1000000000000)",
	"SELECT count(*) FROM range(1000000000000) a, range(1000000000000) b",
	"WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a) SELECT count(*) FROM a",
	"SELECT * FROM range(1000000000000) ORDER BY random()",
	"SELECT array_agg(range) FROM range(1000000000)",
	"SELECT string_agg(repeat('x', 10000), ',') FROM range(1000000)",
	"SELECT count(DISTINCT hash(range)) FROM range(100000000000)",
];

const TENFOLD = Array(10).fill("s").join("||");

/** What grows step by step, each of which looks harmless: only the process's memory shows it. */
export const GROWING: readonly string[] = [
	`WITH a AS (SELECT repeat('x', 10000) AS s), b AS (SELECT ${TENFOLD} AS s FROM a), c AS (SELECT ${TENFOLD} AS s FROM b),
		d AS (SELECT ${TENFOLD} AS s FROM c), e AS (SELECT ${TENFOLD} AS s FROM d), f AS (SELECT ${TENFOLD} AS s FROM e)
		SELECT length(s) FROM f`,
];

/** What people ask, which none of this may get in the way of. */
export const HARMLESS: readonly string[] = [
	"SELECT event, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC",
	"SELECT event FROM main.events LIMIT 1;",
	"WITH daily AS (SELECT day, count(*) AS n FROM events GROUP BY 1), best AS (SELECT * FROM daily) SELECT * FROM best",
	"WITH a AS (WITH b AS (SELECT 1 AS x) SELECT x FROM b) SELECT * FROM a ORDER BY x",
	"SELECT * FROM (SELECT 1) AS t, events e LEFT JOIN identities i ON i.seed_id = e.seed_id",
	"SELECT * FROM range(3), unnest([1, 2])",
	"SELECT repeat('=', 20), lpad('7', 3, '0'), printf('%05.2f', 1.5), format('{:>10}', 'x'), range(5), range(-5, 5), generate_series(1, 3)",
	"SELECT ';' AS semicolon, '-- no comment' AS dashes, 'copy' AS word, 'attach' AS other -- a comment; really",
	"SELECT json_extract_string(properties, '$.total') FROM events WHERE event LIKE '%;%'",
	"VALUES (1), (2)",
	"DESCRIBE events",
	"SUMMARIZE identities",
	"SELECT * FROM IDENTITY_CHANGES",
	"SELECT regexp_matches(repeat('a', 9999) || '!', '^(a+)+$')",
];
