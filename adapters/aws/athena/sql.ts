import { type AthenaClient, type ColumnInfo, GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { type Sql, SqlRefused, type SqlResult } from "#domain/model/ports.ts";
import { type Execution, execute, pollGently } from "./execution.ts";
import { whyNotReadOnly } from "./read-only.ts";
import { toJson } from "./values.ts";

const LONGEST_SECONDS = 60;
const ROWS_PER_PAGE = 1000; // GetQueryResults answers no more

/**
 * SQL over the archive with Athena. `scannedBytes` is what Athena bills. The workgroup says where results go and how
 * much a query may scan; `deadlineSeconds` must be shorter than the function's timeout. @default 60
 */
export function athenaSql(deps: {
	readonly client: AthenaClient;
	readonly database: string;
	readonly workgroup: string;
	readonly now?: () => Date;
	readonly deadlineSeconds?: number;
	readonly wait?: Execution["wait"];
}): Sql {
	const execution = { now: () => new Date(), deadlineSeconds: LONGEST_SECONDS, wait: pollGently, ...deps };

	return {
		async query(sql, { maxRows = Number.POSITIVE_INFINITY } = {}) {
			const refusal = whyNotReadOnly(sql);
			if (refusal) throw new SqlRefused(refusal);
			const { QueryExecutionId, Statistics } = await execute(sql.trim().replace(/;$/, ""), execution);
			const result = await resultOf(execution.client, QueryExecutionId ?? "", maxRows);
			return { ...result, scannedBytes: Statistics?.DataScannedInBytes ?? 0 };
		},
	};
}

async function resultOf(client: AthenaClient, QueryExecutionId: string, maxRows: number) {
	const rows: SqlResult["rows"][number][] = [];
	let columns: readonly ColumnInfo[] = [];
	let NextToken: string | undefined;
	let toSkip = 1; // the first row of all are the columns' names
	do {
		const page = await client.send(
			new GetQueryResultsCommand({ QueryExecutionId, MaxResults: ROWS_PER_PAGE, ...(NextToken && { NextToken }) }),
		);
		columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
		for (const { Data = [] } of page.ResultSet?.Rows?.slice(toSkip) ?? []) {
			rows.push(columns.map((column, i) => toJson(Data[i]?.VarCharValue, column)));
		}
		toSkip = 0;
		NextToken = page.NextToken;
	} while (NextToken && rows.length < maxRows);
	return {
		columns: columns.map(({ Name = "", Type = "" }) => ({ name: Name, type: Type })),
		rows: rows.slice(0, maxRows),
	};
}
