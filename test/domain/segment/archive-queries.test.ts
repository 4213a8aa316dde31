import { describe, expect, it } from "vitest";
import type { Leaf } from "#domain/segment/leaf.ts";
import { readTotals } from "#domain/segment/read-totals.ts";
import { ATHENA } from "#domain/segment/sql-dialect.ts";

describe("readTotals", () => {
	it("asks for as many leaves at once as a query can hold, and puts the answers together", async () => {
		const value = Array.from({ length: 1000 }, (_, i) => `a value of some length, number ${i}`);
		const leaves: Leaf[] = Array.from({ length: 9 }, (_, i) => ({
			meaning: `m${i}`,
			key: `k${i}`,
			event: `Event ${i}`,
			where: i === 0 ? [] : [{ path: "properties.a", is: { op: "in", value } }],
			since: "2026-03-01T10:00:00.000Z",
			isFilled: false,
		}));
		const queries: string[] = [];
		const sql = {
			query: async (text: string) => {
				queries.push(text);
				const numbers = leaves.filter(({ event }) => text.includes(`'${event}'`)).map(() => 2);
				return { columns: [], rows: [["ada", 20_500, ...numbers]], scannedBytes: 0 };
			},
		};
		const totals = await readTotals(leaves, {}, { sql, dialect: ATHENA });
		expect(queries.length).toBeGreaterThan(2);
		expect(Math.max(...queries.map((text) => text.length))).toBeLessThan(256 * 1024);
		expect([...totals]).toEqual([["ada", Object.fromEntries(leaves.map(({ key }) => [key, { "20500": 2 }]))]]);
	});
});
