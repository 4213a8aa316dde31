import { beforeAll, describe, expect, it } from "vitest";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { TraitDefinition } from "#contracts/definitions/trait.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import { readCondition } from "#domain/segment/read-condition.ts";
import { inQueries, type MembersAsked, membersQuery, segmentsIn } from "#domain/segment/sql/members-query.ts";
import { ATHENA, DUCKDB } from "#domain/segment/sql-dialect.ts";
import { type ArchiveTables, archiveTables } from "#test/support/archive-tables.ts";
import { happenedAt } from "#test/support/event-times.ts";

const NOW = Date.parse("2026-03-10T12:00:00.000Z");
const at = (hoursAgo: number) => new Date(NOW - hoursAgo * 3_600_000).toISOString();
const read = (when: Condition) => readCondition(when, { segments: new Map() });
const asked = (conditions: readonly Condition[], more: Partial<MembersAsked> = {}): MembersAsked => ({
	segments: conditions.map(read),
	traits: [],
	now: NOW,
	dialect: DUCKDB,
	...more,
});

let tables: ArchiveTables;
let ids = 0;
beforeAll(async () => {
	tables = await archiveTables();
	return async () => tables.close();
});

const said = (seedId: string, event: Partial<SourcedEvent>, hoursAgo = 1) => ({
	seedId,
	event: {
		messageId: `m${ids++}`,
		type: "track" as const,
		source: "web",
		context: {},
		...happenedAt(at(hoursAgo)),
		...event,
	},
});
const identify = (seedId: string, traits: SourcedEvent["traits"], hoursAgo = 1) =>
	said(seedId, { type: "identify", ...(traits && { traits }) }, hoursAgo);

/** Who is in each of the conditions' segments. */
async function members(conditions: readonly Condition[], more: Partial<MembersAsked> = {}): Promise<string[][]> {
	const rows = await tables.rows(membersQuery(asked(conditions, more)));
	return conditions.map((_, i) =>
		rows.flatMap(([id, met]) => (segmentsIn(String(met)).includes(i) ? [String(id)] : [])),
	);
}

describe("members by SQL", () => {
	const GOLD: Condition = { trait: "plan", is: { op: "eq", value: "gold" } };
	const BOUGHT: Condition = { event: "Bought", where: [] };

	it("are people, not identifiers, whoever is who now", async () => {
		await tables.clear();
		await tables.storeEvents([
			identify("a", { plan: "gold" }, 2),
			said("b", { event: "Bought" }),
			identify("c", { plan: "gold" }),
		]);
		await tables.storeChanges([{ seedId: "a", profileId: "b" as ProfileId, at: at(1), messageId: "c1" }]);
		expect(await members([GOLD, BOUGHT, { all: [GOLD, BOUGHT] }, { none: [BOUGHT] }])).toEqual([
			["b", "c"],
			["b"],
			["b"],
			["c"],
		]);
	});

	it("come in the order in which members are listed: by the last digit, then whole", async () => {
		await tables.clear();
		await tables.storeEvents(["a2", "b1", "a1", "c0"].map((id) => identify(id, { plan: "gold" })));
		expect(await members([GOLD])).toEqual([["c0", "a1", "b1", "a2"]]);
	});

	it("are left out where nothing is known under an identifier that may be used, and in another slice", async () => {
		await tables.clear();
		await tables.storeEvents([identify("a", { plan: "gold" }), identify("b", { plan: "gold" })]);
		await tables.storeEvents([{ ...identify("", { plan: "gold" }), seedId: null as unknown as string }]);
		expect(await members([GOLD])).toEqual([["a", "b"]]);
		expect(await members([GOLD], { people: { from: "b" } })).toEqual([["b"]]);
		expect(await members([GOLD], { people: { before: "b" } })).toEqual([["a"]]);
	});

	it("are found by whatever text a definition has in it, and nothing of it is run", async () => {
		await tables.clear();
		const evil = `x'); DROP TABLE archived_events; -- " \\ $ ' {`;
		await tables.storeEvents([
			identify("a", { [evil]: evil }),
			said("a", { event: evil, properties: { [evil]: evil, list: evil } }),
		]);
		const where = [{ path: `properties.${evil}`, is: { op: "eq" as const, value: evil } }];
		const all: Condition[] = [
			{ trait: evil.replaceAll(".", ""), is: { op: "contains", value: evil } },
			{ event: evil, where },
			{ event: evil, where, sum: { of: `properties.${evil}`, is: { op: "gt", value: 0 } } },
			{ lastEvent: evil, where, has: where },
			{ sequence: [{ event: evil, where }, { not: { event: evil, where } }], key: `properties.${evil}`, within: "1m" },
			{ consent: evil, is: "unknown" },
			{ bucket: { salt: evil, from: 0, to: 100 } },
		];
		const traits: TraitDefinition[] = [
			{ id: "t", trait: evil, strategy: "source_priority", sources: [evil], declaredBy: [evil] },
		];
		expect((await members(all, { traits })).map(({ length }) => length)).toEqual([1, 1, 0, 1, 1, 1, 1]);
	});

	it("sum exactly, with numbers of any size, and half a millionth goes up", async () => {
		await tables.clear();
		const amounts = [0.1, 0.2, 9e15, -9e15, 1e16, 0.0000005, -0.0000005];
		await tables.storeEvents(amounts.map((total) => said("a", { event: "Bought", properties: { total } })));
		const sum = (value: number): Condition => ({
			...BOUGHT,
			event: "Bought",
			where: [],
			sum: { of: "properties.total", is: { op: "eq", value } },
		});
		expect(await members([sum(0.300001), sum(0.3)])).toEqual([["a"], []]);
	});

	it("know a null that was said from what was not", async () => {
		await tables.clear();
		await tables.storeEvents([
			identify("a", { plan: "gold" }, 2),
			identify("a", { plan: null }, 1),
			identify("b", { plan: "gold" }, 2),
			identify("b", { other: null }, 1),
		]);
		expect(await members([GOLD])).toEqual([["b"]]);
	});

	it("look at fields whose names differ in nothing but case, and at what lies within them", async () => {
		await tables.clear();
		await tables.storeEvents([
			said("a", { event: "Bought", properties: { Total: 1, total: 2, in: { it: 3 }, "*": 4 } }),
		]);
		const where = (path: string, value: number): Condition => ({
			event: "Bought",
			where: [{ path: `properties.${path}`, is: { op: "eq", value } }],
		});
		const all = [where("Total", 1), where("total", 2), where("in.it", 3), where("*", 4), where("TOTAL", 1)];
		expect((await members(all)).map(({ length }) => length)).toEqual([1, 1, 1, 1, 0]);
		const exists: Condition = { event: "Bought", where: [{ path: "properties.in", is: { op: "exists" } }] };
		expect((await members([where("in.it", 3), exists])).map(({ length }) => length)).toEqual([1, 1]);
	});
});

describe("a query for many segments", () => {
	const many = Array.from(
		{ length: 40 },
		(_, i): Condition => ({
			trait: "plan",
			is: { op: "in", value: Array.from({ length: 900 }, (_, n) => `value ${i} ${n}`) },
		}),
	);

	it("is cut into as few as Athena takes", () => {
		const queryOf = (some: readonly Condition[]) => membersQuery(asked(some, { dialect: ATHENA }));
		const groups = inQueries(many, queryOf);
		expect(groups.flat()).toEqual(many);
		expect(groups.length).toBeGreaterThan(1);
		for (const group of groups) expect(queryOf(group).length).toBeLessThan(256 * 1024);
		expect(inQueries(many.slice(0, 2), queryOf)).toHaveLength(1);
		expect(inQueries([], queryOf)).toEqual([]);
	});

	it("asks for what several need once, and reads the events once", () => {
		const bought = (atLeast: number): Condition => ({ event: "Bought", where: [], atLeast, within: "30d" });
		const sql = membersQuery(
			asked([bought(1), bought(2), { all: [bought(3), { trait: "plan", is: { op: "exists" } }] }]),
		);
		expect(sql.match(/count\(CASE/g)).toHaveLength(1);
		expect(sql.match(/FROM events /g)).toHaveLength(1);
	});
});

describe("said to Athena", () => {
	const sqlOf = (condition: Condition, traits: readonly TraitDefinition[] = []) =>
		membersQuery(asked([condition], { dialect: ATHENA, traits }));

	it("a count in a window is an aggregate between moments that are known", () => {
		expect(sqlOf({ event: "Bought", where: [], atLeast: 3, between: { from: "90d", to: "30d" } })).toBe(
			`WITH facts AS (SELECT *, event = 'Bought' AS e0 FROM (SELECT *, concat(CAST(date_diff('millisecond', timestamp '1970-01-01 00:00:00', happened_at) + 1000000000000000 AS varchar), message_id) AS stamp FROM (SELECT person, seed_id, type, CASE WHEN type = 'track' THEN event END AS event, source, group_id, "timestamp" AS happened_at, message_id, omitted FROM (SELECT coalesce(identities.profile_id, events.seed_id) AS person, events.* FROM events LEFT JOIN identities ON identities.seed_id = events.seed_id WHERE events.seed_id IS NOT NULL AND events.quarantined IS NULL) AS events_of_people WHERE "timestamp" IS NOT NULL) AS parsed) AS fields),
people AS (SELECT person, count(CASE WHEN e0 AND happened_at >= timestamp '2025-12-10 00:00:00.000' AND happened_at < timestamp '2026-02-08 00:00:00.000' THEN 1 END) AS a1 FROM facts GROUP BY person),
known AS (SELECT people.* FROM people),
judged AS (SELECT person, coalesce(a1 >= 3, false) AS s0 FROM known)
SELECT person AS profile_id, CASE WHEN s0 THEN '1' ELSE '0' END AS met FROM judged WHERE s0 ORDER BY substr(person, length(person)), person`,
		);
	});

	it("has no word that only DuckDB knows", () => {
		const every: Condition[] = [
			{ trait: "tags", is: { op: "contains", value: "x" } },
			{ trait: "born", is: { op: "within_last", value: "30d" } },
			{ trait: "score", is: { op: "gt", value: 1 } },
			{ trait: "points", is: { op: "gt", value: 1 } },
			{ trait: "often", is: { op: "eq", value: "x" } },
			{ trait: "plan", is: { op: "eq", value: "gold" }, for: { atLeast: "1d" } },
			{ event: "B", where: [], sum: { of: "properties.total", is: { op: "gt", value: 1 } } },
			{
				sequence: [
					{ event: "A", where: [] },
					{ event: "B", where: [] },
				],
				key: "properties.cart",
				within: "1d",
			},
			{ lastEvent: "B", where: [], has: [{ path: "properties.a", is: { op: "eq", value: 1 } }], within: "1d" },
			{ consent: "ads", is: "granted" },
			{ list: "vip" },
			{ bucket: { salt: "s", from: 0, to: 10 } },
			{ account: { users: "all", meet: { trait: "plan", is: { op: "exists" } } } },
		];
		const traits: TraitDefinition[] = [
			{ id: "a", trait: "tags", strategy: "union", declaredBy: [] },
			{ id: "b", trait: "score", strategy: "max", declaredBy: [] },
			{ id: "c", trait: "points", strategy: "sum", declaredBy: [] },
			{ id: "d", trait: "often", compute: "most_frequent", event: "A", where: [], property: "properties.kind" },
		];
		const sql = membersQuery(asked(every, { dialect: ATHENA, traits }));
		expect(sql).not.toMatch(
			/json_extract_string|epoch_ms|json_transform|struct|strlen|trunc\(|::[a-z]|list_contains|string_agg|QUALIFY|\bany_value|unnest\(json/,
		);
		expect(sql.length).toBeLessThan(40_000);
	});
});
