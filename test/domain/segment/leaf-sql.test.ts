import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { FixedComparison as Comparison, EventLeaf } from "#contracts/definitions/condition.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { leafSql } from "#domain/segment/leaf-sql.ts";
import { ATHENA, DUCKDB, sqlText } from "#domain/segment/sql-dialect.ts";
import { AT, tracked as anEvent } from "#test/support/tracked.ts";

const where = (path: string, is: Comparison): EventLeaf["where"] => [{ path, is }];

let connection: DuckDBConnection;
beforeAll(async () => {
	connection = await (await DuckDBInstance.create(":memory:")).connect();
});
afterAll(() => connection.closeSync());

/** Which of the events SQL counts for a leaf. */
async function countedBySql(leaf: Pick<EventLeaf, "event" | "where">, events: readonly CollectedEvent[]) {
	await connection.run("CREATE OR REPLACE TABLE archived (n integer, type varchar, event varchar, properties varchar)");
	const rows = events.map(
		({ type, event = "", properties }, n) =>
			`(${n}, '${type}', ${sqlText(event)}, ${sqlText(JSON.stringify(properties))})`,
	);
	await connection.run(`INSERT INTO archived VALUES ${rows.join(", ")}`);
	const sql = `SELECT n FROM archived WHERE ${leafSql(leaf, DUCKDB)} ORDER BY n`;
	return (await connection.runAndReadAll(sql)).getRows().map(([n]) => Number(n));
}

const countedByCode = (leaf: Pick<EventLeaf, "event" | "where">, events: readonly CollectedEvent[]) => {
	const when = { ...leaf, atLeast: 1 };
	const { leavesOf } = compileSegments([{ id: "s", when, version: 1, appliedAt: AT }], sha256);
	return events.flatMap((event, n) => (leavesOf(event).length > 0 ? [n] : []));
};

describe("leafSql", () => {
	it("counts in DuckDB what compare counts in memory", async () => {
		const text = fc.string({ unit: fc.constantFrom("a", "B", "'", '"', "\\", "%", "é", "ﬁ", "😀", "1"), maxLength: 4 });
		const number = fc.constantFrom(0, -0, 1, -1, 10, 9, 1e21, 0.1, 1e-7, 123456789012345, Number.MAX_SAFE_INTEGER);
		const scalar = fc.oneof(text, number, fc.boolean());
		const full = text.filter((each) => each !== "");
		const is: fc.Arbitrary<Comparison> = fc.oneof(
			fc.record({ op: fc.constantFrom("eq", "ne"), value: scalar }),
			fc.record({ op: fc.constantFrom("gt", "gte", "lt", "lte"), value: fc.oneof(text, number) }),
			fc.record({ op: fc.constantFrom("contains", "not_contains", "starts_with", "ends_with"), value: full }),
			fc.record({ op: fc.constantFrom("in", "not_in"), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
			fc.record({ op: fc.constantFrom("exists", "not_exists") }),
		);
		const field = fc.constantFrom("a", "b c", 'q"', "back\\slash", "*", "0", "it's");
		const value: fc.Arbitrary<Json> = fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 2 }));
		const properties = fc.dictionary(field, fc.oneof(value, fc.dictionary(field, value, { maxKeys: 3 })), {
			maxKeys: 5,
		});
		const path = fc.array(field, { minLength: 1, maxLength: 2 }).map((steps) => ["properties", ...steps].join("."));
		let counted = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ path, is }), { minLength: 1, maxLength: 2 }),
				fc.array(properties, { minLength: 5, maxLength: 10 }),
				async (conditions, many) => {
					// something of what is compared with stands where it is looked for
					const [first] = conditions;
					const [, name = "", inner] = first?.path.split(".") ?? [];
					const hit = first && "value" in first.is ? [first.is.value].flat()[0] : "x";
					const near = { [name]: inner === undefined ? hit : { [inner]: hit } } as JsonObject;
					const events = [near, ...many].map((each) => anEvent("Ordered", each));
					const leaf = { event: "Ordered", where: conditions };
					const expected = countedByCode(leaf, events);
					counted += expected.length;
					expect(await countedBySql(leaf, events)).toEqual(expected);
				},
			),
			{ numRuns: 400 },
		);
		expect(counted).toBeGreaterThan(50);
	}, 30_000);

	it("counts track events of the very name, which may have quotation marks", async () => {
		const events = [
			anEvent("It's done", {}),
			anEvent("It's Done", {}),
			{ ...anEvent("It's done", {}), type: "page" as const },
		];
		expect(await countedBySql({ event: "It's done", where: [] }, events)).toEqual([0]);
	});

	it.each<{ leaf: Pick<EventLeaf, "event" | "where">; sql: string }>([
		{
			leaf: { event: "Ordered", where: where("properties.total", { op: "gte", value: 50 }) },
			sql: `type = 'track' AND event = 'Ordered' AND (strpos('-0123456789', substr(json_format(json_extract(properties, '$["total"]')), 1, 1)) > 0 AND TRY_CAST(json_extract_scalar(properties, '$["total"]') AS double) >= CAST('50' AS double))`,
		},
		{
			leaf: { event: "Ordered", where: where('context.a b.q"', { op: "eq", value: "it's" }) },
			sql: `type = 'track' AND event = 'Ordered' AND (substr(json_format(json_extract(context, '$["a b"]["q\\""]')), 1, 1) = '"' AND json_extract_scalar(context, '$["a b"]["q\\""]') = 'it''s')`,
		},
	])("is said to Athena as $sql", ({ leaf, sql }) => {
		expect(leafSql(leaf, ATHENA)).toBe(sql);
	});
});
