import { describe, expect, it } from "vitest";
import { condition } from "#contracts/definitions/condition.ts";
import type { ConditionNode } from "#domain/segment/condition-tree.ts";
import { readCondition } from "#domain/segment/read-condition.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const segmentsOf = (definitions: { readonly [id: string]: unknown }) =>
	new Map(Object.entries(definitions).map(([id, when]) => [id, { when: condition.parse(when) }]));
const read = (when: unknown, definitions: { readonly [id: string]: unknown } = {}): ConditionNode =>
	readCondition(condition.parse(when), { segments: segmentsOf(definitions), lists: new Map([["vip", 3]]) });

const path = ["when"];
const event = "Ordered";
const where = [{ path: "properties.total", is: { op: "gte", value: 20 } }];
const has = [{ path: "properties.status", is: { op: "eq", value: "late" } }];
const gold = { trait: "tier", is: { op: "eq", value: "gold" } };
const ONCE = { op: "gte", value: 1 };
const counted = (bucketMs: number, rest: object = {}) => ({ kind: "count", event, where: [], bucketMs, ...rest });

describe("readCondition", () => {
	it.each<{ what: string; when: unknown; node: object }>([
		{
			what: "a trait",
			when: gold,
			node: { kind: "trait", path, name: "tier", steps: [], is: gold.is },
		},
		{
			what: "a trait within an object",
			when: { trait: "address.geo.city", is: { op: "exists" } },
			node: { kind: "trait", path, name: "address", steps: ["geo", "city"], is: { op: "exists" } },
		},
		{
			what: "a trait that has been so",
			when: { trait: "address.city", is: { op: "exists" }, for: { lessThan: "7d" } },
			node: {
				kind: "held",
				path,
				name: "address",
				steps: ["city"],
				is: { op: "exists" },
				bound: "lessThan",
				ms: 7 * DAY,
				measure: { kind: "said", trait: "address.city", is: { op: "exists" }, bucketMs: DAY },
			},
		},
		{
			what: "an event, once",
			when: { event },
			node: { kind: "count", path, measure: counted(0), window: { kind: "ever" }, is: ONCE },
		},
		{
			what: "an event, so often, of a kind, lately",
			when: { event, where, atLeast: 3, within: "30d" },
			node: {
				kind: "count",
				path,
				measure: counted(DAY, { where }),
				window: { kind: "within", ms: 30 * DAY },
				is: { op: "gte", value: 3 },
			},
		},
		{
			what: "a number of events between two times",
			when: { event, count: { op: "lte", value: 2 }, between: { from: "10h", to: "9h" } },
			node: {
				kind: "count",
				path,
				measure: counted(5 * MINUTE),
				window: { kind: "between", fromMs: 10 * HOUR, toMs: 9 * HOUR },
				is: { op: "lte", value: 2 },
			},
		},
		{
			what: "events between two times of which the nearer is the shorter",
			when: { event, between: { from: "90d", to: "1h" } },
			node: {
				kind: "count",
				path,
				measure: counted(5 * MINUTE),
				window: { kind: "between", fromMs: 90 * DAY, toMs: HOUR },
				is: ONCE,
			},
		},
		{
			what: "events of certain days",
			when: { event, since: "2026-01-01", until: "2026-02-01" },
			node: {
				kind: "count",
				path,
				measure: counted(0, { since: "2026-01-01", until: "2026-02-01" }),
				window: { kind: "ever" },
				is: ONCE,
			},
		},
		...["sum", "avg", "min", "max"].map((kind) => ({
			what: `the ${kind} of a field`,
			when: { event, where, [kind]: { of: "properties.total", is: { op: "lt", value: 100 } }, within: "90m" },
			node: {
				kind,
				path,
				measure: { kind: "stats", event, where, property: "properties.total", bucketMs: 5 * MINUTE },
				window: { kind: "within", ms: 90 * MINUTE },
				is: { op: "lt", value: 100 },
			},
		})),
		{
			what: "an amount of certain days",
			when: { event, sum: { of: "properties.total", is: ONCE }, until: "2026-02-01" },
			node: {
				kind: "sum",
				path,
				measure: { kind: "stats", event, where: [], property: "properties.total", bucketMs: 0, until: "2026-02-01" },
				window: { kind: "ever" },
				is: ONCE,
			},
		},
		{
			what: "a habit that stopped",
			when: { event, where, stopped: { active: "60d", silent: "30d" } },
			node: {
				kind: "all",
				path,
				habit: { measure: counted(DAY, { where }), silentMs: 30 * DAY, activeMs: 60 * DAY },
				parts: [
					{
						kind: "count",
						path,
						measure: counted(DAY, { where }),
						window: { kind: "between", fromMs: 60 * DAY, toMs: 30 * DAY },
						is: ONCE,
					},
					{
						kind: "none",
						path,
						parts: [
							{
								kind: "count",
								path,
								measure: counted(DAY, { where }),
								window: { kind: "within", ms: 30 * DAY },
								is: ONCE,
							},
						],
					},
				],
			},
		},
		{
			what: "a habit that was taken up again",
			when: { event, restarted: { recent: "2d", silent: "30d", active: "60d" } },
			node: {
				kind: "all",
				path,
				habit: { measure: counted(4 * HOUR), recentMs: 2 * DAY, silentMs: 30 * DAY, activeMs: 60 * DAY },
				parts: [
					{ kind: "count", path, measure: counted(4 * HOUR), window: { kind: "within", ms: 2 * DAY }, is: ONCE },
					{
						kind: "none",
						path,
						parts: [
							{
								kind: "count",
								path,
								measure: counted(4 * HOUR),
								window: { kind: "between", fromMs: 32 * DAY, toMs: 2 * DAY },
								is: ONCE,
							},
						],
					},
					{
						kind: "count",
						path,
						measure: counted(4 * HOUR),
						window: { kind: "between", fromMs: 92 * DAY, toMs: 32 * DAY },
						is: ONCE,
					},
				],
			},
		},
		{
			what: "a habit",
			when: { event, regularly: { period: "7d", periods: 3, of: 5 } },
			node: {
				kind: "regularly",
				path,
				measure: counted(12 * HOUR),
				periodMs: 7 * DAY,
				of: 5,
				periods: 3,
				atLeast: 1,
			},
		},
		{
			what: "the last event of a kind",
			when: { lastEvent: event, where, has, within: "7d" },
			node: { kind: "lastEvent", path, withinMs: 7 * DAY, measure: { kind: "met", event, where, has, bucketMs: 0 } },
		},
		{
			what: "the last event of a kind, whenever",
			when: { lastEvent: event, has },
			node: { kind: "lastEvent", path, measure: { kind: "met", event, where: [], has, bucketMs: 0 } },
		},
		{
			what: "a sequence",
			when: { sequence: [{ event: "Cart Updated" }, { event, where }], within: "2h" },
			node: {
				kind: "sequence",
				path,
				happened: 2,
				withinMs: 2 * HOUR,
				measure: {
					kind: "steps",
					steps: [
						{ event: "Cart Updated", where: [] },
						{ event, where },
					],
					bucketMs: HOUR,
				},
			},
		},
		{
			what: "a sequence that was left off",
			when: {
				sequence: [{ event: "Cart Updated" }, { not: { event } }],
				key: "properties.cart_id",
				within: "2h",
				lookback: "7d",
			},
			node: {
				kind: "sequence",
				path,
				happened: 1,
				withinMs: 2 * HOUR,
				lookbackMs: 7 * DAY,
				measure: {
					kind: "steps",
					steps: [
						{ event: "Cart Updated", where: [] },
						{ event, where: [] },
					],
					property: "properties.cart_id",
					bucketMs: HOUR,
				},
			},
		},
		{
			what: "a consent",
			when: { consent: "marketing", is: "granted" },
			node: { kind: "consent", path, is: "granted", measure: { kind: "consent", purpose: "marketing", bucketMs: 0 } },
		},
		{
			what: "a list, by the upload in force",
			when: { list: "vip" },
			node: { kind: "list", path, upload: 3, measure: { kind: "listed", list: "vip", bucketMs: 0 } },
		},
		{
			what: "a list of which there is no upload yet",
			when: { list: "press" },
			node: { kind: "list", path, upload: 0, measure: { kind: "listed", list: "press", bucketMs: 0 } },
		},
		{
			what: "a share of all people",
			when: { bucket: { salt: "spring", from: 0, to: 20 } },
			node: { kind: "bucket", path, salt: "spring", from: 0, to: 20 },
		},
	])("reads $what", ({ when, node }) => {
		expect(read(when)).toStrictEqual(node);
	});

	it("says of every condition in groups and accounts where it stands", () => {
		const when = {
			all: [gold, { any: [{ event }, { none: [{ account: { users: "none", meet: { all: [gold] } } }] }] }],
		};
		expect(placesIn(read(when))).toEqual([
			"all when",
			"trait when.all.0",
			"any when.all.1",
			"count when.all.1.any.0",
			"none when.all.1.any.1",
			"account when.all.1.any.1.none.0",
			"all when.all.1.any.1.none.0.account.meet",
			"trait when.all.1.any.1.none.0.account.meet.all.0",
		]);
	});

	it("puts the conditions of other segments in their place, at the place where they are named", () => {
		const buyers = { any: [{ event }, { segment: "golden" }] };
		const node = read(
			{ all: [{ bucket: { salt: "s", from: 0, to: 50 } }, { segment: "buyers" }] },
			{ buyers, golden: gold },
		);
		expect(placesIn(node)).toEqual([
			"all when",
			"bucket when.all.0",
			"any when.all.1",
			"count when.all.1",
			"trait when.all.1",
		]);
	});

	it("lets one segment stand in several places", () => {
		const node = read({ any: [{ segment: "golden" }, { none: [{ segment: "golden" }] }] }, { golden: gold });
		expect(placesIn(node)).toEqual(["any when", "trait when.any.0", "none when.any.1", "trait when.any.1.none.0"]);
	});

	it("lets nobody meet a segment that is not there, or contains itself, and comes to an end", () => {
		const definitions = { a: { segment: "b" }, b: { any: [gold, { segment: "a" }] } };
		const nobody = (segment: string) => ({ kind: "any", path, parts: [], segment });
		expect(read({ segment: "gone" })).toEqual(nobody("gone"));
		expect(read({ segment: "a" }, definitions)).toMatchObject({
			kind: "any",
			parts: [{ kind: "trait" }, nobody("a")],
		});
	});

	it("takes eight segments within one another, and not nine", () => {
		const chain = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`s${i + 1}`, { segment: `s${i + 2}` }]));
		expect(read({ segment: "s2" }, { ...chain, s9: gold })).toMatchObject({ kind: "trait" });
		expect(read({ segment: "s1" }, { ...chain, s9: gold })).toMatchObject({ kind: "any", parts: [] });
	});
});

function placesIn(node: ConditionNode): string[] {
	const parts = "parts" in node ? node.parts : node.kind === "account" ? [node.meet] : [];
	return [`${node.kind} ${node.path.join(".")}`, ...parts.flatMap(placesIn)];
}
