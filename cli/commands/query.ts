import { Command } from "commander";
import { type QueryAnswer, queryAnswer } from "#contracts/http/admin-archive.ts";
import { wholeNumber } from "../numbers.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { colours, show, table } from "../terminal.ts";

/** `tutti query <sql>`: read-only SQL over every event ever accepted. */
export const query = () =>
	withApi(new Command("query"))
		.description("ask the archive in SQL: its views are events and identities, which says whose an event is")
		.argument("<sql>", 'such as "select event, count(*) from events group by 1"')
		.option("--max-rows <n>", "rows to answer at most", wholeNumber, 1000)
		.action(async (sql: string, options: ApiOptions & { readonly maxRows: number }) => {
			const answer = await apiOf(options).post("/v1/query", { sql, maxRows: options.maxRows }, queryAnswer);
			show(answer, options, draw);
		});

function draw({ columns, rows, scannedBytes }: QueryAnswer): string {
	const size = `${rows.length} ${rows.length === 1 ? "row" : "rows"}, ${scannedBytes} bytes read`;
	const names = columns.map(({ name }) => name);
	return `${table(names, rows)}\n${colours.dim(size)}`;
}
