import type { Readable } from "node:stream";
import {
	type AthenaClient,
	type ColumnInfo,
	GetQueryResultsCommand,
	type GetQueryResultsCommandOutput,
} from "@aws-sdk/client-athena";
import type { Json } from "#domain/model/json.ts";
import { type Sql, SqlRefused, type SqlResult } from "#domain/model/ports.ts";
import { type Execution, execute, pollGently } from "./execution.ts";
import { whyNotReadOnly } from "./read-only.ts";
import { type OpenFile, rowsInFile } from "./result-file.ts";
import { toJson } from "./values.ts";

const LONGEST_SECONDS = 60;
const ROWS_PER_PAGE = 1000; // GetQueryResults answers no more

/**
 * SQL over the archive with Athena. `scannedBytes` is what Athena bills. The workgroup says where results go and how
 * much a query may scan; `deadlineSeconds` must be shorter than the function's timeout. @default 60
 *
 * `openFile`: results of more than a page are read from the file that Athena wrote, in one go, instead of a thousand rows a call.
 */
export function athenaSql(deps: {
	readonly client: AthenaClient;
	readonly database: string;
	readonly workgroup: string;
	readonly now?: () => Date;
	readonly deadlineSeconds?: number;
	readonly wait?: Execution["wait"];
	/** @default page by page */
	readonly openFile?: OpenFile;
}): Sql {
	const execution = { now: () => new Date(), deadlineSeconds: LONGEST_SECONDS, wait: pollGently, ...deps };

	const run = async (sql: string): Promise<Ended> => {
		const refusal = whyNotReadOnly(sql);
		if (refusal) throw new SqlRefused(refusal);
		const ended = await execute(sql.trim().replace(/;$/, ""), execution);
		const { QueryExecutionId: id = "", Statistics, ResultConfiguration: { OutputLocation: uri } = {} } = ended;
		return { id, scannedBytes: Statistics?.DataScannedInBytes ?? 0, ...(uri !== undefined && { uri }) };
	};
	async function* pages(sql: string): AsyncGenerator<SqlResult> {
		yield* resultsOf(await run(sql), deps);
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
type Ended = { readonly id: string; readonly scannedBytes: number /** Its result in S3. */; readonly uri?: string };
type Reading = { readonly client: AthenaClient; readonly openFile?: OpenFile };

/** Athena keeps the result in S3 and answers it from there, a thousand rows a call: enough for most, and it says the types. */
async function* resultsOf({ id, scannedBytes, uri }: Ended, { client, openFile }: Reading): AsyncGenerator<SqlResult> {
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
			columns: namesOf(columns),
			rows: rows.map(({ Data = [] }) => columns.map((column, i) => toJson(Data[i]?.VarCharValue, column))),
			scannedBytes: isFirst ? scannedBytes : 0,
		};
		NextToken = page.NextToken;
		if (isFirst && NextToken && openFile && uri !== undefined) {
			yield* pagesInFile(await openFile(uri), columns, rows.length);
			return;
		}
		isFirst = false;
	} while (NextToken);
}

/** The rows of a result's file behind those that were answered already. */
async function* pagesInFile(
	file: Readable,
	columns: readonly ColumnInfo[],
	answered: number,
): AsyncGenerator<SqlResult> {
	const page = (rows: SqlResult["rows"]): SqlResult => ({ columns: namesOf(columns), rows, scannedBytes: 0 });
	let [place, rows]: [number, Json[][]] = [0, []];
	for await (const values of rowsInFile(file)) {
		if (place++ < answered) continue;
		rows.push(columns.map((column, i) => toJson(values[i], column)));
		if (rows.length < ROWS_PER_PAGE) continue;
		yield page(rows);
		rows = [];
	}
	if (rows.length > 0) yield page(rows);
}

const namesOf = (columns: readonly ColumnInfo[]): SqlResult["columns"] =>
	columns.map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
