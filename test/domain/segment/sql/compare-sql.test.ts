import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "#contracts/definitions/condition.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, valueAt } from "#domain/rules/compare.ts";
import { compareSql } from "#domain/segment/sql/compare-sql.ts";
import { ATHENA, DUCKDB, sqlText } from "#domain/segment/sql-dialect.ts";

const NOW = Date.parse("2026-03-01T12:00:00.000Z");

let connection: DuckDBConnection;
beforeAll(async () => {
	connection = await (await DuckDBInstance.create(":memory:")).connect();
});
afterAll(() => connection.closeSync());

/** What the comparisons say of the values at a path in DuckDB: a row for each value. */
async function askedInSql(values: readonly Json[], steps: readonly string[], all: readonly Comparison[]) {
	const rows = values.map((value, n) => `(${n}, ${sqlText(JSON.stringify(value))})`);
	const answers = all.map((is, i) => `coalesce(${compareSql("v", is, { dialect: DUCKDB, now: NOW })}, false) AS a${i}`);
	const reader = await connection.runAndReadAll(
		`SELECT ${answers.join(", ")} FROM (SELECT n, ${DUCKDB.json("j", steps)} AS v FROM (VALUES ${rows.join(", ")}) t(n, j)) ORDER BY n`,
	);
	return reader.getRows();
}

const text = fc.string({
	unit: fc.constantFrom("a", "B", "'", '"', "\\", "%", "é", "ﬁ", "😀", "1", "\n"),
	maxLength: 4,
});
const number = fc.constantFrom(0, -0, 1, -1, 10, 9, 1e21, 0.1, 1e-7, 123456789012345, Number.MAX_SAFE_INTEGER);
const scalar = fc.oneof(text, number, fc.boolean());
const full = text.filter((each) => each !== "");
const digits = (n: number) =>
	fc.string({ unit: fc.constantFrom("0", "1", "2", "3", "6", "9"), minLength: n, maxLength: n });
/** Dates, and what is nearly one. */
const almostDate = fc
	.tuple(
		fc.constantFrom("2026", "2024", "0001", "1969", "9999", "99"),
		fc.oneof(fc.constantFrom("02", "12", "3"), digits(2)),
		fc.oneof(fc.constantFrom("28", "29", "30"), digits(2)),
		fc.constantFrom(
			"",
			"T12:00Z",
			"T23:59:59.999Z",
			"T24:00:00Z",
			"T12:60Z",
			"T10:00:00+02:00",
			"T01:00:00.5-23:59",
			" 10:00",
			"T10:00:00",
			"T10:00:00.1234Z",
			"T10:00+24:00",
			"Z",
		),
	)
	.map(([y, m, d, t]) => `${y}-${m}-${d}${t}`);
const near = fc
	.integer({ min: -3, max: 3 })
	.chain((n) => fc.constantFrom(0, 1, -1).map((ms) => new Date(NOW + n * 86_400_000 + ms).toISOString()));
const moment = fc.oneof(
	almostDate,
	near,
	near.map((iso) => iso.slice(0, 10)),
);
const validMoment = fc.oneof(near, fc.constantFrom("2026-03-01", "2024-02-29", "2026-03-01T13:00:00+01:00"));

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
	fc.record({ op: fc.constantFrom("eq", "ne"), value: scalar }),
	fc.record({ op: fc.constantFrom("gt", "gte", "lt", "lte"), value: fc.oneof(text, number) }),
	fc.record({ op: fc.constantFrom("contains", "not_contains", "starts_with", "ends_with"), value: full }),
	fc.record({ op: fc.constant("contains_any"), value: fc.array(full, { minLength: 1, maxLength: 3 }) }),
	fc.record({ op: fc.constantFrom("in", "not_in"), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
	fc.record({ op: fc.constantFrom("exists", "not_exists") }),
	fc.record({ op: fc.constantFrom("before", "after"), value: validMoment }),
	fc.record({
		op: fc.constantFrom("within_last", "within_next", "before_last", "after_next"),
		value: fc.constantFrom("1d", "48h", "2880m"),
	}),
);
const field = fc.constantFrom("a", "b c", 'q"', "back\\slash", "*", "0", "it's");
const value: fc.Arbitrary<Json> = fc.oneof(
	scalar,
	moment,
	fc.constant(null),
	fc.array(fc.oneof(scalar, fc.constant(null)), { maxLength: 3 }),
);

describe("compareSql", () => {
	it("says in DuckDB what compare says in memory", async () => {
		let met = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(comparison, { minLength: 8, maxLength: 12 }),
				fc.array(fc.oneof(value, fc.dictionary(field, value, { maxKeys: 4 })), { minLength: 20, maxLength: 40 }),
				fc.array(field, { maxLength: 2 }),
				async (all, some, steps) => {
					// something of what is compared with stands where it is looked for
					const hits = all.flatMap((is) => ("value" in is ? [is.value].flat() : []));
					const values = [...some, ...hits, ...hits.map((hit) => [hit])].map(
						(each, i): Json =>
							i % 3 === 0 ? each : steps.reduceRight<Json>((inner, step) => ({ [step]: inner }), each),
					);
					const expected = values.map((each) => all.map((is) => compare(valueAt(each, steps), is, NOW)));
					met += expected.flat().filter(Boolean).length;
					expect(await askedInSql(values, steps, all)).toEqual(expected);
				},
			),
			{ numRuns: 60 },
		);
		expect(met).toBeGreaterThan(2000);
	}, 30_000);

	it.each<{ is: Comparison; sql: string }>([
		{ is: { op: "eq", value: "it's" }, sql: `v = '"it''s"'` },
		{ is: { op: "gte", value: 50 }, sql: `TRY_CAST(v AS double) >= CAST('50' AS double)` },
		{
			is: { op: "contains", value: "a" },
			sql: `CASE substr(v, 1, 1) WHEN '"' THEN strpos(json_extract_scalar(v, '$'), 'a') > 0 WHEN '[' THEN coalesce(json_array_contains(v, 'a'), false) ELSE false END`,
		},
	])("is said to Athena as $sql", ({ is, sql }) => {
		expect(compareSql("v", is, { dialect: ATHENA, now: NOW })).toBe(sql);
	});

	it("asks Athena for the moment of a text only where it is spelled as one", () => {
		const sql = compareSql("v", { op: "within_last", value: "1d" }, { dialect: ATHENA, now: NOW });
		expect(sql).toMatch(/^CASE WHEN substr\(v, 1, 1\) = '"' AND regexp_like\(json_extract_scalar\(v, '\$'\), '\^\(\?:/);
		expect(sql).toContain(
			"CAST(round(to_unixtime(TRY(from_iso8601_timestamp(json_extract_scalar(v, '$')))) * 1000) AS bigint) END",
		);
		expect(sql).toMatch(new RegExp(`BETWEEN ${NOW - 86_400_000} AND ${NOW}$`));
	});
});
