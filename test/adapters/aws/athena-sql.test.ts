import { Readable } from "node:stream";
import { AthenaClient } from "@aws-sdk/client-athena";
import { afterEach, describe, expect, it } from "vitest";
import type { OpenFile } from "#adapters/aws/athena/result-file.ts";
import { athenaSql } from "#adapters/aws/athena/sql.ts";
import { SqlRefused } from "#domain/model/ports.ts";
import { type AnsweringServer, answering, type Call, ServiceError } from "./answering.ts";

type Input = { QueryString?: string; NextToken?: string; [field: string]: unknown };
type Status = { State: string; StateChangeReason?: string; AthenaError?: object };

const columns = (...of: [string, string, number?][]) =>
	of.map(([Name, Type, Precision = 0]) => ({ Name, Type, Precision }));
const row = (...values: (string | null)[]) => ({
	Data: values.map((value) => (value === null ? {} : { VarCharValue: value })),
});

describe("athenaSql", () => {
	let server: AnsweringServer<Input>;
	let time = 0;
	let polls: number[] = [];
	afterEach(() => server.close());

	/** An Athena whose query goes through these states and then has these pages. */
	async function open(states: Status[], pages: object[] = [], file?: { uri: string; openFile: OpenFile }) {
		time = 0;
		polls = [];
		const left = [...states];
		const answers: Record<string, (call: Call<Input>) => object> = {
			StartQueryExecution: () => ({ QueryExecutionId: "q-1" }),
			StopQueryExecution: () => ({}),
			GetQueryExecution: () => ({
				QueryExecution: {
					QueryExecutionId: "q-1",
					Status: left.length > 1 ? left.shift() : left[0],
					Statistics: { DataScannedInBytes: 12_345 },
					...(file && { ResultConfiguration: { OutputLocation: file.uri } }),
				},
			}),
			GetQueryResults: ({ input }) => pages[Number(input.NextToken ?? 0)] ?? {},
		};
		server = await answering<Input>((call) => answers[call.operation]?.(call) ?? {});
		return athenaSql({
			client: new AthenaClient(server.settings),
			database: "tutti",
			workgroup: "queries",
			...(file && { openFile: file.openFile }),
			deadlineSeconds: 10,
			now: () => new Date(time),
			wait: async (attempt) => {
				polls.push(attempt);
				time += 1000;
			},
		});
	}
	const operations = () => server.calls.map((call) => call.operation);
	const page = (rows: object[], info: object[], next?: number) => ({
		ResultSet: { Rows: rows, ResultSetMetadata: { ColumnInfo: info } },
		...(next !== undefined && { NextToken: String(next) }),
	});

	it("asks in its database and workgroup, waits for the end and answers rows, columns and what was scanned", async () => {
		const info = columns(["event", "varchar"], ["n", "bigint"]);
		const sql = await open(
			[{ State: "QUEUED" }, { State: "RUNNING" }, { State: "SUCCEEDED" }],
			[page([row("event", "n"), row("Order Completed", "2"), row(null, "0")], info)],
		);
		expect(await sql.query("SELECT event, count(*) AS n FROM events GROUP BY 1;")).toEqual({
			columns: [
				{ name: "event", type: "varchar" },
				{ name: "n", type: "bigint" },
			],
			rows: [
				["Order Completed", 2],
				[null, 0],
			],
			scannedBytes: 12_345,
		});
		expect(server.calls[0]?.input).toMatchObject({
			QueryString: "SELECT event, count(*) AS n FROM events GROUP BY 1",
			QueryExecutionContext: { Database: "tutti" },
			WorkGroup: "queries",
		});
		expect(polls).toEqual([0, 1, 2]);
	});

	const info = columns(["n", "integer"]);
	const pages = [
		page([row("n"), row("1"), row("2")], info, 1),
		page([row("3"), row("4")], info, 2),
		page([row("5")], info),
	];

	it("reads the results to the last page", async () => {
		const sql = await open([{ State: "SUCCEEDED" }], pages);
		expect((await sql.query("SELECT n FROM events")).rows).toEqual([[1], [2], [3], [4], [5]]);
	});

	describe("with the file of a result at hand", () => {
		const texts = columns(["n", "integer"], ["text", "varchar"]);
		const lines = ['"1","a"', '"2",', '"3",""', '"4","with ""marks"", commas,', 'two lines and é"', ',"last"'];
		const csv = `"n","text"\n${lines.join("\n")}\n`;
		const first = page([row("n", "text"), row("1", "a"), row("2", null)], texts, 1);
		const opened: string[] = [];
		/** In pieces that end anywhere. */
		const openFile: OpenFile = async (uri) => {
			opened.push(uri);
			return Readable.from(
				Buffer.from(csv)
					.toString("latin1")
					.match(/.{1,7}/gs)
					?.map((part) => Buffer.from(part, "latin1")) ?? [],
			);
		};
		const open1 = (pages: object[], how = openFile) =>
			open([{ State: "SUCCEEDED" }], pages, { uri: "s3://results/q-1.csv", openFile: how });

		it("reads what is more than a page from there, each value as the pages would say it", async () => {
			const sql = await open1([first]);
			const answer = await sql.query("SELECT n, text FROM events");
			expect(answer.rows).toEqual([
				[1, "a"],
				[2, null],
				[3, ""],
				[4, 'with "marks", commas,\ntwo lines and é'],
				[null, "last"],
			]);
			expect([answer.scannedBytes, opened.splice(0)]).toEqual([12_345, ["s3://results/q-1.csv"]]);
			expect(operations().filter((operation) => operation === "GetQueryResults")).toHaveLength(1);
		});

		it("does not open it for what fits into a page", async () => {
			const sql = await open1([page([row("n", "text"), row("1", "a")], texts)]);
			expect((await sql.query("SELECT 1")).rows).toEqual([[1, "a"]]);
			expect(opened).toEqual([]);
		});

		it("throws when the file breaks off, instead of ending early", async () => {
			const broken: OpenFile = async () =>
				Readable.from(
					(async function* () {
						yield csv.slice(0, 20);
						throw new Error("connection reset");
					})(),
				);
			const sql = await open1([first], broken);
			await expect(sql.query("SELECT n, text FROM events")).rejects.toThrow("connection reset");
		});
	});

	it.each([
		{ maxRows: 2, read: 1 },
		{ maxRows: 3, read: 2 },
		{ maxRows: 9, read: 3 },
	])("reads $read pages for at most $maxRows rows", async ({ maxRows, read }) => {
		const sql = await open([{ State: "SUCCEEDED" }], pages);
		const { rows } = await sql.query("SELECT n FROM events", { maxRows });
		expect(rows).toEqual([[1], [2], [3], [4], [5]].slice(0, maxRows));
		expect(operations().filter((operation) => operation === "GetQueryResults")).toHaveLength(read);
	});

	it("answers each type as JSON has it", async () => {
		const types = columns(["a", "boolean"], ["b", "double"], ["c", "decimal", 10], ["d", "decimal", 38]);
		const more = columns(["e", "timestamp"], ["f", "timestamp with time zone"], ["g", "bigint"], ["h", "date"]);
		const values = ["true", "1.5E-3", "20.50", "0.1234567890123456789", "2026-03-01 10:00:00.000"];
		const rest = ["2026-03-01 10:00:00.123 UTC", "9007199254740993", "2026-03-01"];
		const sql = await open(
			[{ State: "SUCCEEDED" }],
			[page([row(...Array<string>(8).fill("name")), row(...values, ...rest)], [...types, ...more])],
		);
		const iso = ["2026-03-01T10:00:00.000Z", "2026-03-01T10:00:00.123Z"];
		expect((await sql.query("SELECT 1")).rows).toEqual([
			[true, 0.0015, 20.5, "0.1234567890123456789", ...iso, "9007199254740993", "2026-03-01"],
		]);
	});

	it.each<{ what: string; status: Status; refused: boolean }>([
		{ what: "the query's fault", status: { State: "FAILED", AthenaError: { ErrorCategory: 2 } }, refused: true },
		{ what: "a fault without a category", status: { State: "FAILED" }, refused: true },
		{ what: "Athena's own fault", status: { State: "FAILED", AthenaError: { ErrorCategory: 1 } }, refused: false },
		{ what: "a passing fault", status: { State: "FAILED", AthenaError: { Retryable: true } }, refused: false },
		{ what: "somebody who stopped it", status: { State: "CANCELLED" }, refused: false },
	])("refuses for good: $refused, after $what", async ({ status, refused }) => {
		const sql = await open([{ ...status, StateChangeReason: "COLUMN_NOT_FOUND: line 1:8" }]);
		const error = await sql.query("SELECT nonsense FROM events").catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(Error);
		expect(error instanceof SqlRefused).toBe(refused);
		expect((error as Error).message).toContain("COLUMN_NOT_FOUND: line 1:8");
	});

	it("refuses in Athena's words what Athena does not start", async () => {
		await open([]);
		await server.close();
		server = await answering<Input>(() => {
			throw new ServiceError("InvalidRequestException", { message: "line 1:1: mismatched input" });
		});
		const sql = athenaSql({ client: new AthenaClient(server.settings), database: "tutti", workgroup: "queries" });
		await expect(sql.query("SELECT FROM")).rejects.toThrow(new SqlRefused("line 1:1: mismatched input"));
	});

	it("stops a query that runs longer than the deadline", async () => {
		const sql = await open([{ State: "RUNNING" }]);
		await expect(sql.query("SELECT 1")).rejects.toThrow(new SqlRefused("the query took longer than 10 s"));
		expect(operations().at(-1)).toBe("StopQueryExecution");
		expect(polls).toHaveLength(10);
	});

	it.each([
		"",
		"  ",
		"-- nothing",
		"/* SELECT 1 */",
		"DROP TABLE events",
		"INSERT INTO events SELECT * FROM events",
		"UNLOAD (SELECT * FROM events) TO 's3://elsewhere/'",
		"CREATE TABLE copy AS SELECT * FROM events",
		"SELECT 1; DROP TABLE events",
		"SELECT 1;;",
		"/* SELECT */ DELETE FROM events",
		"-- SELECT\nDELETE FROM events",
		"selection FROM events",
	])("asks Athena nothing for %j", async (text) => {
		const sql = await open([{ State: "SUCCEEDED" }], [page([], [])]);
		await expect(sql.query(text)).rejects.toBeInstanceOf(SqlRefused);
		expect(server.calls).toEqual([]);
	});

	it.each([
		"select 1",
		"  SELECT 1 ; ",
		"WITH a AS (SELECT 1) SELECT * FROM a",
		"(SELECT 1) UNION (SELECT 2)",
		"( ( SELECT 1 ) )",
		"-- why\n/* so; */ SELECT 1",
		"SELECT ';', 'it''s; fine', \"a;b\" FROM events -- and; on",
	])("asks Athena %j", async (text) => {
		const sql = await open([{ State: "SUCCEEDED" }], [page([], [])]);
		await sql.query(text);
		expect(operations()).toContain("StartQueryExecution");
	});
});
