import { describe, expect, it } from "vitest";
import { fixed, moving } from "#contracts/definitions/build-comparison.ts";
import {
	account,
	all,
	any,
	bucket,
	consent,
	inSegment,
	none,
	not,
	onList,
	segment,
	sequence,
	trait,
} from "#contracts/definitions/build-condition.ts";
import { type Built, event, lastEvent } from "#contracts/definitions/build-event.ts";
import { type Condition, condition } from "#contracts/definitions/condition.ts";

const { eq, gte, lte, contains } = fixed;
const { withinLast } = moving;
const of = "properties.total";
const ordered = event("Ordered");

describe("a condition that is built", () => {
	it.each<[Built<Condition>, Condition]>([
		[ordered, { event: "Ordered", where: [] }],
		[
			ordered.where(of, gte(20)).where("context.channel", eq("web")).atLeast(3).within("30d"),
			{
				event: "Ordered",
				where: [
					{ path: of, is: { op: "gte", value: 20 } },
					{ path: "context.channel", is: { op: "eq", value: "web" } },
				],
				atLeast: 3,
				within: "30d",
			},
		],
		[ordered.within("7d").count(lte(2)), { event: "Ordered", where: [], within: "7d", count: { op: "lte", value: 2 } }],
		[
			ordered.between({ from: "90d", to: "30d" }).sum(of, gte(100)),
			{
				event: "Ordered",
				where: [],
				between: { from: "90d", to: "30d" },
				sum: { of, is: { op: "gte", value: 100 } },
			},
		],
		[ordered.avg(of, eq(1)), { event: "Ordered", where: [], avg: { of, is: { op: "eq", value: 1 } } }],
		[ordered.min(of, eq(1)), { event: "Ordered", where: [], min: { of, is: { op: "eq", value: 1 } } }],
		[ordered.max(of, eq(1)), { event: "Ordered", where: [], max: { of, is: { op: "eq", value: 1 } } }],
		[
			ordered.on({ since: "2026-01-01", until: "2026-02-01" }),
			{ event: "Ordered", where: [], since: "2026-01-01", until: "2026-02-01" },
		],
		[
			ordered.stopped({ active: "60d", silent: "30d" }),
			{ event: "Ordered", where: [], stopped: { active: "60d", silent: "30d" } },
		],
		[
			ordered.restarted({ recent: "7d", silent: "30d", active: "60d" }).where(of, gte(1)),
			{
				event: "Ordered",
				where: [{ path: of, is: { op: "gte", value: 1 } }],
				restarted: { recent: "7d", silent: "30d", active: "60d" },
			},
		],
		[
			ordered.regularly({ period: "7d", periods: 3, of: 5 }),
			{ event: "Ordered", where: [], regularly: { period: "7d", periods: 3, of: 5, atLeast: 1 } },
		],
		[
			lastEvent("Ordered").where(of, gte(1)).has("properties.status", eq("late")).has(of, lte(9)).within("7d"),
			{
				lastEvent: "Ordered",
				where: [{ path: of, is: { op: "gte", value: 1 } }],
				has: [
					{ path: "properties.status", is: { op: "eq", value: "late" } },
					{ path: of, is: { op: "lte", value: 9 } },
				],
				within: "7d",
			},
		],
		[
			sequence([event("Carted"), event("Checked Out").where(of, gte(1)), not(ordered)], {
				within: "2h",
				key: "properties.cart_id",
				lookback: "7d",
			}),
			{
				sequence: [
					{ event: "Carted", where: [] },
					{ event: "Checked Out", where: [{ path: of, is: { op: "gte", value: 1 } }] },
					{ not: { event: "Ordered", where: [] } },
				],
				within: "2h",
				key: "properties.cart_id",
				lookback: "7d",
			},
		],
		[trait("tier").eq("gold"), { trait: "tier", is: { op: "eq", value: "gold" } }],
		[trait("a").ne(1), { trait: "a", is: { op: "ne", value: 1 } }],
		[trait("a").gt(1), { trait: "a", is: { op: "gt", value: 1 } }],
		[trait("a").gte("b"), { trait: "a", is: { op: "gte", value: "b" } }],
		[trait("a").lt(1), { trait: "a", is: { op: "lt", value: 1 } }],
		[trait("a").lte(1), { trait: "a", is: { op: "lte", value: 1 } }],
		[trait("a").contains("b"), { trait: "a", is: { op: "contains", value: "b" } }],
		[trait("a").notContains("b"), { trait: "a", is: { op: "not_contains", value: "b" } }],
		[trait("a").containsAny("b", "c"), { trait: "a", is: { op: "contains_any", value: ["b", "c"] } }],
		[trait("a").startsWith("b"), { trait: "a", is: { op: "starts_with", value: "b" } }],
		[trait("a").endsWith("b"), { trait: "a", is: { op: "ends_with", value: "b" } }],
		[trait("a.b").oneOf("FR", 1, true), { trait: "a.b", is: { op: "in", value: ["FR", 1, true] } }],
		[trait("a").noneOf("FR"), { trait: "a", is: { op: "not_in", value: ["FR"] } }],
		[trait("a").exists(), { trait: "a", is: { op: "exists" } }],
		[trait("a").notExists(), { trait: "a", is: { op: "not_exists" } }],
		[trait("a").before("2026-01-31"), { trait: "a", is: { op: "before", value: "2026-01-31" } }],
		[trait("a").after("2026-01-31T12:00:00Z"), { trait: "a", is: { op: "after", value: "2026-01-31T12:00:00Z" } }],
		[trait("a").withinLast("3d"), { trait: "a", is: { op: "within_last", value: "3d" } }],
		[trait("a").withinNext("3d"), { trait: "a", is: { op: "within_next", value: "3d" } }],
		[trait("a").beforeLast("3d"), { trait: "a", is: { op: "before_last", value: "3d" } }],
		[trait("a").afterNext("3d"), { trait: "a", is: { op: "after_next", value: "3d" } }],
		[
			trait("tier").eq("gold").for({ lessThan: "30d" }),
			{ trait: "tier", is: { op: "eq", value: "gold" }, for: { lessThan: "30d" } },
		],
		[inSegment("vip"), { segment: "vip" }],
		[onList("press"), { list: "press" }],
		[consent("marketing", "denied"), { consent: "marketing", is: "denied" }],
		[bucket("spring", { from: 0, to: 20 }), { bucket: { salt: "spring", from: 0, to: 20 } }],
		[account("none", all(inSegment("vip"))), { account: { users: "none", meet: { all: [{ segment: "vip" }] } } }],
		[any(none(inSegment("a")), inSegment("b")), { any: [{ none: [{ segment: "a" }] }, { segment: "b" }] }],
	])("is what YAML would say, and the schema takes it as it is: %#", (built, expected) => {
		expect(built.condition).toStrictEqual(expected);
		expect(condition.parse(built.condition)).toStrictEqual(expected);
	});

	it("leaves what it was made of as it was", () => {
		const lately = ordered.within("7d");
		lately.atLeast(3);
		expect(lately.condition).toEqual({ event: "Ordered", where: [], within: "7d" });
		expect(ordered.condition).toEqual({ event: "Ordered", where: [] });
	});
});

describe("a segment that is built", () => {
	it("is a definition", () => {
		expect(segment("gold", trait("tier").eq("gold"), { name: "Gold" })).toEqual({
			id: "gold",
			name: "Gold",
			when: { trait: "tier", is: { op: "eq", value: "gold" } },
		});
	});

	it("is refused with everything that is wrong in it that types do not see", () => {
		const build = () => segment("gold", all(ordered.within("999d"), inSegment("Not An Id")));
		expect(build).toThrow(/when\.all\.0\.within: it is "999d"; days up to 400d[\s\S]*when\.all\.1\.segment: /);
	});
});

/** Each line with a `@ts-expect-error` is an error of the compiler, or the compiler says that it is none. */
describe("what the compiler refuses", () => {
	const anything = (built: () => unknown) => built;

	it.each([
		// @ts-expect-error an amount is a number
		anything(() => ordered.count(gte("3"))),
		// @ts-expect-error a number does not contain anything
		anything(() => ordered.sum(of, contains("3"))),
		// @ts-expect-error one amount
		anything(() => ordered.atLeast(3).sum(of, gte(1))),
		// @ts-expect-error one time
		anything(() => ordered.within("7d").between({ from: "30d", to: "7d" })),
		// @ts-expect-error a habit says how often and when itself
		anything(() => ordered.within("7d").stopped({ active: "60d", silent: "30d" })),
		// @ts-expect-error nothing more may be said of a habit
		anything(() => ordered.stopped({ active: "60d", silent: "30d" }).atLeast(2)),
		// @ts-expect-error a field of an event has a place
		anything(() => ordered.where("total", gte(1))),
		// @ts-expect-error an event is compared with what does not move
		anything(() => ordered.where("properties.at", withinLast("3d"))),
		// @ts-expect-error days, hours or minutes
		anything(() => ordered.within("3w")),
		// @ts-expect-error a day
		anything(() => ordered.on({ since: "yesterday" })),
		// @ts-expect-error the last of them must be like something
		anything(() => all(lastEvent("Ordered"))),
		// @ts-expect-error texts
		anything(() => trait("a").containsAny("b", 1)),
		// @ts-expect-error something to choose from
		anything(() => trait("a").oneOf()),
		// @ts-expect-error text
		anything(() => trait("a").contains(3)),
		// @ts-expect-error a date
		anything(() => trait("a").before("soon")),
		// @ts-expect-error a date that moves cannot have been so
		anything(() => trait("a").withinLast("3d").for({ atLeast: "3d" })),
		// @ts-expect-error one of the two
		anything(() => trait("a").eq(1).for({})),
		// @ts-expect-error only the last step may be one that did not come
		anything(() => sequence([not(ordered), ordered], { within: "2h" })),
		// @ts-expect-error two steps at least
		anything(() => sequence([ordered], { within: "2h" })),
		// @ts-expect-error how long
		anything(() => sequence([ordered, ordered], {})),
		// @ts-expect-error three answers
		anything(() => consent("marketing", "yes")),
		// @ts-expect-error any, all or none
		anything(() => account("some", ordered)),
		// @ts-expect-error a group of something
		anything(() => none()),
	])("the schema would refuse, too: %#", (build) => {
		// what is built has a condition, whatever the compiler thinks of it
		expect(condition.safeParse((build() as Partial<Built<unknown>>).condition).success).toBe(false);
	});

	it("is also what would be dropped without a word", () => {
		const dropped = [
			// @ts-expect-error a step is said by its name and its fields
			() => sequence([ordered.atLeast(2), ordered], { within: "2h" }),
			// @ts-expect-error nothing to compare with
			() => trait("a").exists(true),
		];
		expect(dropped.map((build) => condition.safeParse(build().condition).success)).toEqual([true, true]);
	});
});
