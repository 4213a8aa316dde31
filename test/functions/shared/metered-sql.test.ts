import { describe, expect, it } from "vitest";
import type { Sql, SqlResult } from "#domain/model/ports.ts";
import { meteredSql } from "#functions/shared/metered-sql.ts";

const answer = (scannedBytes: number): SqlResult => ({ columns: [], rows: [[scannedBytes]], scannedBytes });

describe("meteredSql", () => {
	it("adds up what queries and pages read, and answers what they answer", async () => {
		const sql: Sql = {
			query: async () => answer(5),
			async *pages() {
				yield answer(7);
				yield answer(0);
			},
		};
		const metered = meteredSql(sql);
		expect((await metered.query("SELECT 1")).rows).toEqual([[5]]);
		const rows: unknown[] = [];
		for await (const page of metered.pages("SELECT 2")) rows.push(...page.rows);
		expect(rows).toEqual([[7], [0]]);
		expect(metered.scannedBytes()).toBe(12);
	});
});
