/** What Glue calls each type, in the words of Athena's engine. */
const ENGINE_TYPES = { string: "varchar", timestamp: "timestamp(3)" } as const;

export type Columns = readonly { readonly name: string; readonly type: keyof typeof ENGINE_TYPES }[];

/**
 * A view as Athena itself keeps it in the Glue catalogue: JSON in base64 in a comment. The form is not documented; it is
 * what `CREATE VIEW` leaves behind and what Trino's Hive connector reads.
 */
export function prestoView(view: { readonly database: string; readonly sql: string }, columns: Columns): string {
	const definition = {
		originalSql: view.sql,
		catalog: "awsdatacatalog",
		schema: view.database,
		columns: columns.map(({ name, type }) => ({ name, type: ENGINE_TYPES[type] })),
	};
	return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`;
}
