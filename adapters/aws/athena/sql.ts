import {
	type AthenaClient,
	type ColumnInfo,
	GetQueryResultsCommand,
	type GetQueryResultsCommandOutput,
} from "@aws-sdk/client-athena";
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

	const run = async (sql: string): Promise<Ended> => {
		const refusal = whyNotReadOnly(sql);
		if (refusal) throw new SqlRefused(refusal);
		const { QueryExecutionId: id = "", Statistics } = await execute(sql.trim().replace(/;$/, ""), execution);
		return { id, scannedBytes: Statistics?.DataScannedInBytes ?? 0 };
	};
	async function* pages(sql: string): AsyncGenerator<SqlResult> {
		yield* resultsOf(await run(sql), execution.client);
	}

	return {
		pages,
		async query(sql, { maxRows = Number.POSITIVE_INFINITY } = {}) {
			const rows: SqlResult["rows"][number][] = [];
			let [columns, scannedBytes]: [SqlResult["columns"], number] = [[], 0];
			for await (const page of pages(sql)) {
				columns = page.columns;
				scannedBytes += page.scannedBytes;
				rows.push(...page.rows);
				if (rows.length >= maxRows) break;
			}
			return { columns, rows: rows.slice(0, maxRows), scannedBytes };
		},
	};
}

/** A query that has come to its end. */
type Ended = { readonly id: string; readonly scannedBytes: number };

/** Athena keeps the result in S3 and answers it from there, a thousand rows a call. */
async function* resultsOf({ id, scannedBytes }: Ended, client: AthenaClient): AsyncGenerator<SqlResult> {
	let columns: readonly ColumnInfo[] = [];
	let NextToken: string | undefined;
	let isFirst = true;
	do {
		const page: GetQueryResultsCommandOutput = await client.send(
			new GetQueryResultsCommand({
				QueryExecutionId: id,
				MaxResults: ROWS_PER_PAGE,
				...(NextToken && { NextToken }),
			}),
		);
		columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
		// the first row of all are the columns' names
		const rows = page.ResultSet?.Rows?.slice(isFirst ? 1 : 0) ?? [];
		yield {
			columns: columns.map(({ Name = "", Type = "" }) => ({ name: Name, type: Type })),
			rows: rows.map(({ Data = [] }) => columns.map((column, i) => toJson(Data[i]?.VarCharValue, column))),
			scannedBytes: isFirst ? scannedBytes : 0,
		};
		isFirst = false;
		NextToken = page.NextToken;
	} while (NextToken);
}
