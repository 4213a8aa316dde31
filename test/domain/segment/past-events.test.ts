import { describe, expect, it } from "vitest";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { pastEventsPages } from "#domain/segment/past-events.ts";
import { askedArchive, scatteredId } from "#test/support/asked-archive.ts";
import { happenedAt } from "#test/support/event-times.ts";

const AT = "2026-03-10T12:00:00.000Z";
const BEFORE = "2026-03-11T00:00:00.000Z";
const ORDERS: MeasureSpec = { kind: "count", event: "Ordered", where: [], bucketMs: 86_400_000 };
const SEED_ID = 10;

/** An archive of a hundred people with three orders and something else each, and what it is asked. */
async function open() {
	const { tables, sql, asked } = await askedArchive();
	const events = ["Ordered", "Ordered", "Ordered", "Viewed"];
	await tables.storeEvents(
		Array.from({ length: 400 }, (_, n) => ({
			seedId: scatteredId(n % 100),
			event: {
				...{ messageId: `m${n}`, type: "track" as const, source: "web", context: {}, ...happenedAt(AT) },
				...{ event: events[Math.floor(n / 100)] ?? "", properties: { note: "x".repeat(1000) } },
			},
		})),
	);
	const idsOf = async (sortedAtOnce: number, slice = {}) => {
		const ids: string[] = [];
		const pages = pastEventsPages([ORDERS], { before: BEFORE, slice, dialect: { sortedAtOnce } }, sql);
		for await (const { rows } of pages) ids.push(...rows.map((row) => String(row[SEED_ID])));
		return ids;
	};
	return { asked, idsOf, close: () => tables.close() };
}

const ALL = Array.from({ length: 100 }, (_, n) => scatteredId(n))
	.toSorted()
	.flatMap((id) => [id, id, id]);

describe("what the archive has of the past", { timeout: 30_000 }, () => {
	it("is the same in one query and in as many as the engine needs, person by person", async () => {
		const { asked, idsOf, close } = await open();
		expect(await idsOf(Number.POSITIVE_INFINITY)).toEqual(ALL);
		expect(asked).toHaveLength(1);
		// three hundred orders of some 1,500 characters
		expect(await idsOf(100_000)).toEqual(ALL);
		expect(asked.length - 1).toBeGreaterThanOrEqual(1 + 4);
		expect(asked.length - 1).toBeLessThanOrEqual(1 + 6);
		close();
	});

	it("goes on after whoever is done, and asks nothing again of those before", async () => {
		const { asked, idsOf, close } = await open();
		const after = ALL[149] ?? "";
		expect(await idsOf(50_000, { after })).toEqual(ALL.slice(150));
		const parts = asked.length - 1;
		expect(parts).toBeLessThanOrEqual(4);
		close();
	});

	it("asks for nothing where nothing is", async () => {
		const { asked, idsOf, close } = await open();
		expect(await idsOf(100_000, { after: "ffffffff" })).toEqual([]);
		expect(asked).toHaveLength(1);
		close();
	});
});
