import { describe, expect, it } from "vitest";
import type { Sql } from "#domain/model/ports.ts";
import { readCondition } from "#domain/segment/read-condition.ts";
import { membersPages, slicesOf } from "#domain/segment/sql/members-pages.ts";
import { segmentsIn } from "#domain/segment/sql/members-query.ts";
import { ATHENA, DUCKDB } from "#domain/segment/sql-dialect.ts";
import { askedArchive, scatteredId } from "#test/support/asked-archive.ts";
import { happenedAt } from "#test/support/event-times.ts";

const AT = "2026-03-10T12:00:00.000Z";
const GOLD = readCondition({ trait: "plan", is: { op: "eq", value: "gold" } }, { segments: new Map() });

/** An archive of two hundred people, and how many queries it was asked. */
async function open() {
	const archive = await askedArchive();
	await archive.tables.storeEvents(
		Array.from({ length: 200 }, (_, n) => ({
			seedId: scatteredId(n),
			event: {
				...{ messageId: `m${n}`, type: "identify" as const, source: "web", context: {}, ...happenedAt(AT) },
				traits: { plan: n % 3 === 0 ? "gold" : "free" },
			},
		})),
	);
	return archive;
}

describe("members page by page", { timeout: 30_000 }, () => {
	it.each([1000, 100, 13, 10])("are the same, in the same order, in queries of %i people", async (peopleAtOnce) => {
		const { tables, sql, asked } = await open();
		const found: string[] = [];
		const dialect = { ...DUCKDB, peopleAtOnce };
		for await (const { rows } of membersPages({ segments: [GOLD], traits: [], now: Date.parse(AT), dialect }, sql)) {
			found.push(...rows.flatMap(([id, met]) => (segmentsIn(String(met)).length === 1 ? [String(id)] : [])));
		}
		const gold = Array.from({ length: 67 }, (_, n) => scatteredId(3 * n));
		const key = (id: string) => id.slice(-1) + id;
		expect(found).toEqual(gold.toSorted((x, y) => (key(x) < key(y) ? -1 : 1)));
		expect(asked.length - 1).toBeGreaterThanOrEqual(Math.ceil(200 / peopleAtOnce));
		tables.close();
	});

	it("are asked of Athena in one query, and so are those that other people decide", async () => {
		const { tables, sql, asked } = await open();
		const athena: string[] = [];
		const recording: Pick<Sql, "pages"> = {
			async *pages(text) {
				athena.push(text);
				yield { columns: [], rows: [], scannedBytes: 0 };
			},
		};
		const around = { traits: [], now: 0 };
		for await (const _ of membersPages({ ...around, segments: [GOLD], dialect: ATHENA }, recording));
		const account = { kind: "account" as const, path: ["when"], users: "any" as const, meet: GOLD };
		for await (const _ of membersPages(
			{ ...around, segments: [account], dialect: { ...DUCKDB, peopleAtOnce: 1 } },
			sql,
		));
		expect([athena.length, asked.length]).toEqual([1, 1]);
		tables.close();
	});

	it("go by slices that leave nobody out", () => {
		expect(slicesOf(10, 10)).toEqual([{}]);
		expect(slicesOf(11, 10)).toEqual([{ lastDigits: "01234567" }, { lastDigits: "89abcdef" }]);
		expect(slicesOf(1_000_000, 40_000)).toHaveLength(32);
	});
});
