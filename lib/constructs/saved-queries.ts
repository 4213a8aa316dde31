import { CfnNamedQuery } from "aws-cdk-lib/aws-athena";
import { Construct } from "constructs";

/** What an analyst meets under "Saved queries" in Athena: each is a start, in SQL that DuckDB understands as well. */
export const SAVED_QUERIES = [
	{
		name: "Events by day",
		sql: `SELECT date_trunc('day', "received_at") AS "day", "type", "event", count(*) AS "events"
FROM "events" GROUP BY 1, 2, 3 ORDER BY 1 DESC, 4 DESC`,
	},
	{
		name: "How late events come, by source",
		sql: `SELECT "source", count(*) AS "events", max(date_diff('minute', "timestamp", "received_at")) AS "latest_minutes"
FROM "events" GROUP BY 1 ORDER BY 3 DESC`,
	},
	{
		name: "What one person did",
		sql: `SELECT "timestamp", "type", "event", "source", "properties"
FROM "events" WHERE "user_id" = 'put the user id here' ORDER BY "timestamp" DESC LIMIT 100`,
	},
	{
		name: "Events by person",
		sql: `SELECT coalesce(i."profile_id", e."seed_id") AS "profile_id", count(*) AS "events", max(e."timestamp") AS "latest"
FROM "events" e LEFT JOIN "identities" i ON i."seed_id" = e."seed_id" GROUP BY 1 ORDER BY 2 DESC LIMIT 100`,
	},
] as const;

export interface SavedQueriesProps {
	readonly databaseName: string;
	readonly workgroup: string;
}

/** The saved queries, in the workgroup where they may be asked. */
export class SavedQueries extends Construct {
	constructor(scope: Construct, id: string, { databaseName, workgroup }: SavedQueriesProps) {
		super(scope, id);
		for (const { name, sql } of SAVED_QUERIES) {
			new CfnNamedQuery(this, name.replaceAll(/\W/g, ""), {
				name,
				queryString: sql,
				database: databaseName,
				workGroup: workgroup,
			});
		}
	}
}
