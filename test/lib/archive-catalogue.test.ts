import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { ARCHIVE_COLUMNS, EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import {
	IDENTITIES_VIEW,
	IDENTITY_CHANGES,
	IDENTITY_COLUMNS,
	identitiesSql,
} from "#contracts/archive/identity-changes.ts";
import { SAMPLE_COLUMNS, SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import { eventsViewSql, VIEW_COLUMNS } from "#lib/constructs/events-view.ts";
import { SAVED_QUERIES } from "#lib/constructs/saved-queries.ts";
import { prod } from "./synth.ts";

const table = (name: string) => {
	const found = prod()
		.all("AWS::Glue::Table")
		.find(({ Properties }) => Properties.TableInput.Name === name);
	return found?.Properties.TableInput;
};

/** As Glue has it. */
const columnsOf = (columns: readonly { readonly name: string; readonly type: string }[]) =>
	columns.map(({ name, type }) => ({ Name: name, Type: type }));

/** A view as Athena decodes it. */
const decoded = (view: string) => {
	const [, base64 = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(table(view).ViewOriginalText) ?? [];
	return JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
};

describe.each([
	{ name: RAW_TABLE, columns: ARCHIVE_COLUMNS, folder: "events/" },
	{ name: IDENTITY_CHANGES, columns: IDENTITY_COLUMNS, folder: "identity-changes/" },
])("the table $name", ({ name, columns, folder }) => {
	it("has the columns of the contract and the day as its partition", () => {
		expect(table(name).StorageDescriptor.Columns).toEqual(columnsOf(columns));
		expect(table(name).PartitionKeys).toEqual([{ Name: "day", Type: "string" }]);
	});

	it("computes its partitions over exactly the folders that its Firehose writes", () => {
		const prefixes = prod()
			.all("AWS::KinesisFirehose::DeliveryStream")
			.map(({ Properties }) => Properties.ExtendedS3DestinationConfiguration.Prefix as string);
		const prefix = prefixes.find((written) => written.startsWith(folder)) ?? "";
		const { Parameters } = table(name);
		const template: string = Parameters["storage.location.template"]["Fn::Join"][1].at(-1);
		expect(template).toBe(`/${prefix.replace("!{timestamp:yyyy-MM-dd}", `\${day}`)}`);
		expect(Parameters).toMatchObject({
			"projection.enabled": "true",
			"projection.day.type": "date",
			"projection.day.format": "yyyy-MM-dd",
			"projection.day.range": "2026-01-01,NOW",
		});
	});
});

describe("the people that previews look at", () => {
	it("lie as Parquet beside the answers of queries, and each query says which draw it asks", () => {
		const { StorageDescriptor, PartitionKeys, Parameters } = table(SAMPLED_EVENTS);
		expect(StorageDescriptor.Columns).toEqual(columnsOf(SAMPLE_COLUMNS));
		expect(StorageDescriptor.SerdeInfo.SerializationLibrary).toMatch(/parquet/);
		expect(PartitionKeys).toEqual([{ Name: "drawn", Type: "string" }]);
		expect(Parameters).toMatchObject({ "projection.enabled": "true", "projection.drawn.type": "injected" });
		const [, parts] = Parameters["storage.location.template"]["Fn::Join"];
		expect(parts[1].Ref).toMatch(/^ArchiveQueriesResults/);
		expect(parts.at(-1)).toBe(`/samples/drawn=\${drawn}/`);
	});
});

describe("the view events", () => {
	it("shows the same columns to Glue and to Athena's engine", () => {
		expect(table(EVENTS_VIEW)).toMatchObject({ TableType: "VIRTUAL_VIEW", Parameters: { presto_view: "true" } });
		expect(table(EVENTS_VIEW).StorageDescriptor.Columns).toEqual(columnsOf(VIEW_COLUMNS));
		expect(decoded(EVENTS_VIEW).columns).toEqual(
			VIEW_COLUMNS.map(({ name, type }) => ({ name, type: type === "string" ? "varchar" : "timestamp(3)" })),
		);
	});

	it("asks the raw table of its own database", () => {
		expect(decoded(EVENTS_VIEW)).toMatchObject({ catalog: "awsdatacatalog", schema: "tutti_prod" });
		expect(decoded(EVENTS_VIEW).originalSql).toBe(eventsViewSql(RAW_TABLE));
	});

	it("shows each event once, as it was received first, and no broken line", async () => {
		const connection = await archiveWith([
			{ message_id: "a", received_at: "2026-03-01 10:00:00.000", event: "first", day: "2026-03-01" },
			{ message_id: "a", received_at: "2026-03-02 10:00:00.000", event: "again", day: "2026-03-02" },
			{ message_id: "b", received_at: "2026-03-01 11:00:00.000", event: "other" },
			{},
		]);
		const result = await connection.runAndReadAll(`${decoded(EVENTS_VIEW).originalSql} ORDER BY "message_id"`);
		expect(result.columnNames()).toEqual([...ARCHIVE_COLUMNS.map(({ name }) => name), "day"]);
		expect(result.getRowObjects().map(({ message_id, event }) => [message_id, event])).toEqual([
			["a", "first"],
			["b", "other"],
		]);
	});
});

describe("the view identities", () => {
	it("shows the same two columns to Glue and to Athena's engine", () => {
		expect(table(IDENTITIES_VIEW)).toMatchObject({ TableType: "VIRTUAL_VIEW", Parameters: { presto_view: "true" } });
		const names = ["seed_id", "profile_id"];
		expect(table(IDENTITIES_VIEW).StorageDescriptor.Columns).toEqual(
			names.map((name) => ({ Name: name, Type: "string" })),
		);
		expect(decoded(IDENTITIES_VIEW).columns).toEqual(names.map((name) => ({ name, type: "varchar" })));
	});

	it("asks the changes of its own database in the words that DuckDB is asked in", () => {
		expect(decoded(IDENTITIES_VIEW)).toMatchObject({
			schema: "tutti_prod",
			originalSql: identitiesSql('"identity_changes"'),
		});
	});
});

it.each(SAVED_QUERIES)("saves a query that runs: $name", async ({ sql }) => {
	const connection = await archiveWith([
		{
			message_id: "a",
			user_id: "put the user id here",
			seed_id: "s",
			timestamp: "2026-03-01 09:58:00.000",
			received_at: "2026-03-01 10:00:00.000",
		},
	]);
	await connection.run(`CREATE VIEW "events" AS ${eventsViewSql(RAW_TABLE)}`);
	await connection.run(`CREATE VIEW "identities" AS ${identitiesSql('"identity_changes"')}`);
	expect((await connection.runAndReadAll(sql)).getRows()).toHaveLength(1);
});

/** A raw table in DuckDB, which speaks the same SQL here, with these rows. */
async function archiveWith(rows: readonly { readonly [column: string]: string }[]) {
	const connection = await (await DuckDBInstance.create(":memory:")).connect();
	const types = { string: "VARCHAR", timestamp: "TIMESTAMP" };
	for (const [name, columns] of [
		[RAW_TABLE, ARCHIVE_COLUMNS],
		[IDENTITY_CHANGES, IDENTITY_COLUMNS],
	] as const) {
		const definition = columns.map((column) => `"${column.name}" ${types[column.type]}`).join(", ");
		await connection.run(`CREATE TABLE "${name}" (${definition}, "day" VARCHAR)`);
	}
	for (const row of rows) {
		const names = Object.keys(row).map((name) => `"${name}"`);
		const values = Object.values(row).map((value) => `'${value}'`);
		const into = names.length > 0 ? `(${names.join(", ")}) VALUES (${values.join(", ")})` : "DEFAULT VALUES";
		await connection.run(`INSERT INTO "archived_events" ${into}`);
	}
	return connection;
}
