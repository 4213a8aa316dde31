import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { ARCHIVE_COLUMNS, EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import { eventsViewSql, VIEW_COLUMNS } from "#lib/constructs/events-view.ts";
import { SAVED_QUERIES } from "#lib/constructs/saved-queries.ts";
import { prod } from "./synth.ts";

const table = (name: string) => {
	const found = prod()
		.all("AWS::Glue::Table")
		.find(({ Properties }) => Properties.TableInput.Name === name);
	return found?.Properties.TableInput;
};

const columns = ARCHIVE_COLUMNS.map(({ name, type }) => ({ Name: name, Type: type }));

/** The view as Athena decodes it. */
const decoded = () => {
	const [, base64 = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(table(EVENTS_VIEW).ViewOriginalText) ?? [];
	return JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
};

describe("the raw table", () => {
	it("has the columns of the contract and the day as its partition", () => {
		expect(table(RAW_TABLE).StorageDescriptor.Columns).toEqual(columns);
		expect(table(RAW_TABLE).PartitionKeys).toEqual([{ Name: "day", Type: "string" }]);
	});

	it("computes its partitions over exactly the folders that Firehose writes", () => {
		const [stream] = prod().all("AWS::KinesisFirehose::DeliveryStream");
		const { Prefix } = stream?.Properties.ExtendedS3DestinationConfiguration ?? {};
		const { Parameters } = table(RAW_TABLE);
		const template: string = Parameters["storage.location.template"]["Fn::Join"][1].at(-1);
		expect(template).toBe(`/${Prefix.replace("!{timestamp:yyyy-MM-dd}", `\${day}`)}`);
		expect(Parameters).toMatchObject({
			"projection.enabled": "true",
			"projection.day.type": "date",
			"projection.day.format": "yyyy-MM-dd",
			"projection.day.range": "2026-01-01,NOW",
		});
	});
});

describe("the view events", () => {
	it("shows the same columns to Glue and to Athena's engine", () => {
		expect(table(EVENTS_VIEW)).toMatchObject({ TableType: "VIRTUAL_VIEW", Parameters: { presto_view: "true" } });
		expect(table(EVENTS_VIEW).StorageDescriptor.Columns).toEqual([...columns, { Name: "day", Type: "string" }]);
		expect(decoded().columns).toEqual(
			VIEW_COLUMNS.map(({ name, type }) => ({ name, type: type === "string" ? "varchar" : "timestamp(3)" })),
		);
	});

	it("asks the raw table of its own database", () => {
		expect(decoded()).toMatchObject({ catalog: "awsdatacatalog", schema: "tutti_prod" });
		expect(decoded().originalSql).toBe(eventsViewSql(RAW_TABLE));
	});

	it("shows each event once, as it was received first, and no broken line", async () => {
		const connection = await archiveWith([
			{ message_id: "a", received_at: "2026-03-01 10:00:00.000", event: "first", day: "2026-03-01" },
			{ message_id: "a", received_at: "2026-03-02 10:00:00.000", event: "again", day: "2026-03-02" },
			{ message_id: "b", received_at: "2026-03-01 11:00:00.000", event: "other" },
			{},
		]);
		const result = await connection.runAndReadAll(`${decoded().originalSql} ORDER BY "message_id"`);
		expect(result.columnNames()).toEqual([...ARCHIVE_COLUMNS.map(({ name }) => name), "day"]);
		expect(result.getRowObjects().map(({ message_id, event }) => [message_id, event])).toEqual([
			["a", "first"],
			["b", "other"],
		]);
	});
});

it.each(SAVED_QUERIES)("saves a query that runs: $name", async ({ sql }) => {
	const connection = await archiveWith([
		{
			message_id: "a",
			user_id: "put the user id here",
			timestamp: "2026-03-01 09:58:00.000",
			received_at: "2026-03-01 10:00:00.000",
		},
	]);
	await connection.run(`CREATE VIEW "events" AS ${eventsViewSql(RAW_TABLE)}`);
	expect((await connection.runAndReadAll(sql)).getRows()).toHaveLength(1);
});

/** A raw table in DuckDB, which speaks the same SQL here, with these rows. */
async function archiveWith(rows: readonly { readonly [column: string]: string }[]) {
	const connection = await (await DuckDBInstance.create(":memory:")).connect();
	const types = { string: "VARCHAR", timestamp: "TIMESTAMP" };
	const definition = ARCHIVE_COLUMNS.map(({ name, type }) => `"${name}" ${types[type]}`).join(", ");
	await connection.run(`CREATE TABLE "archived_events" (${definition}, "day" VARCHAR)`);
	for (const row of rows) {
		const names = Object.keys(row).map((name) => `"${name}"`);
		const values = Object.values(row).map((value) => `'${value}'`);
		const into = names.length > 0 ? `(${names.join(", ")}) VALUES (${values.join(", ")})` : "DEFAULT VALUES";
		await connection.run(`INSERT INTO "archived_events" ${into}`);
	}
	return connection;
}
