import { expect, it, describe as suite } from "vitest";
import { condition } from "#contracts/definitions/condition.ts";
import { describe, describeWhole } from "#domain/segment/describe-condition.ts";
import { readCondition } from "#domain/segment/read-condition.ts";

const definition = (when: unknown) => ({ when: condition.parse(when) });
const env = {
	segments: new Map([
		["golden", definition({ trait: "tier", is: { op: "eq", value: "gold" } })],
		["buyers", definition({ any: [{ event: "Bought" }, { segment: "golden" }] })],
	]),
	lists: new Map([["vip", 2]]),
};
const read = (when: unknown) => readCondition(condition.parse(when), env);

const event = "Bought";
const where = [
	{ path: "properties.total", is: { op: "gte", value: 20 } },
	{ path: "context.channel", is: { op: "ne", value: "web" } },
];
const fields = 'total is at least 20 and context.channel is not "web"';
const of = "properties.total";

suite("a condition in plain words", () => {
	it.each<[when: unknown, text: string]>([
		[{ trait: "tier", is: { op: "eq", value: "gold" } }, 'tier is "gold"'],
		[{ trait: "tier", is: { op: "ne", value: 3 } }, "tier is not 3"],
		[{ trait: "age", is: { op: "gt", value: 17 } }, "age is more than 17"],
		[{ trait: "age", is: { op: "gte", value: 18 } }, "age is at least 18"],
		[{ trait: "age", is: { op: "lt", value: 18 } }, "age is less than 18"],
		[{ trait: "age", is: { op: "lte", value: 17 } }, "age is at most 17"],
		[{ trait: "email", is: { op: "contains", value: "@" } }, 'email contains "@"'],
		[{ trait: "email", is: { op: "not_contains", value: "@" } }, 'email does not contain "@"'],
		[{ trait: "email", is: { op: "starts_with", value: "a" } }, 'email begins with "a"'],
		[{ trait: "email", is: { op: "ends_with", value: "z" } }, 'email ends with "z"'],
		[{ trait: "tags", is: { op: "contains_any", value: ["a", "b"] } }, 'tags contains one of "a", "b"'],
		[{ trait: "n", is: { op: "in", value: [1, 2, 3, 4, 5, 6, 7] } }, "n is one of 1, 2, 3, 4, 5 and 2 more"],
		[{ trait: "n", is: { op: "not_in", value: ["a", true] } }, 'n is none of "a", true'],
		[{ trait: "email", is: { op: "exists" } }, "email is there"],
		[{ trait: "email", is: { op: "not_exists" } }, "email is not there"],
		[{ trait: "born", is: { op: "before", value: "2000-01-01" } }, "born is before 2000-01-01"],
		[{ trait: "born", is: { op: "after", value: "2000-01-01" } }, "born is after 2000-01-01"],
		[{ trait: "seen", is: { op: "within_last", value: "24h" } }, "seen is in the last day"],
		[{ trait: "due", is: { op: "within_next", value: "90m" } }, "due is in the next 90 minutes"],
		[{ trait: "seen", is: { op: "before_last", value: "1d" } }, "seen is more than 1 day ago"],
		[{ trait: "due", is: { op: "after_next", value: "36h" } }, "due is more than 36 hours from now"],
		[
			{ trait: "address.city", is: { op: "exists" }, for: { lessThan: "7d" } },
			"address.city is there, and has been so for less than 7 days",
		],
		[{ event }, "did Bought"],
		[{ event, within: "1h" }, "did Bought in the last hour"],
		[{ event, atLeast: 3, within: "30d", where }, `did Bought at least 3 times in the last 30 days, where ${fields}`],
		[{ event, count: { op: "eq", value: 0 } }, "never did Bought"],
		[{ event, count: { op: "lt", value: 1 }, within: "7d" }, "never did Bought in the last 7 days"],
		[{ event, count: { op: "ne", value: 0 } }, "did Bought"],
		[{ event, count: { op: "gt", value: 0 } }, "did Bought"],
		[{ event, count: { op: "gt", value: 1 } }, "did Bought more than once"],
		[{ event, count: { op: "lte", value: 2 } }, "did Bought at most twice"],
		[{ event, count: { op: "lt", value: 1500 } }, "did Bought less than 1,500 times"],
		[{ event, between: { from: "90d", to: "36h" } }, "did Bought between 90 days and 36 hours ago"],
		[{ event, since: "2026-01-01", until: "2026-02-01" }, "did Bought since 2026-01-01 before 2026-02-01"],
		[
			{ event, sum: { of, is: { op: "gte", value: 100 } }, within: "30d", where },
			`the sum of total in Bought in the last 30 days is at least 100, where ${fields}`,
		],
		[{ event, avg: { of, is: { op: "lt", value: 5 } } }, "the average of total in Bought is less than 5"],
		[{ event, min: { of, is: { op: "gt", value: 5 } } }, "the least of total in Bought is more than 5"],
		[{ event, max: { of, is: { op: "eq", value: 5 } } }, "the greatest of total in Bought is 5"],
		[
			{ event, stopped: { active: "60d", silent: "30d" }, where },
			`did Bought in the last 60 days, but not in the last 30 days, where ${fields}`,
		],
		[
			{ event, restarted: { recent: "7d", silent: "30d", active: "1d" } },
			"did Bought in the last 7 days, not in the 30 days before that, but in the 1 day before that",
		],
		[
			{ event, regularly: { period: "7d", periods: 3, of: 5 } },
			"did Bought in at least 3 of the last 5 periods of 7 days",
		],
		[
			{ event, regularly: { period: "1d", periods: 3, of: 5, atLeast: 2 }, where },
			`did Bought at least twice in each of at least 3 of the last 5 periods of 1 day, where ${fields}`,
		],
		[
			{ lastEvent: event, has: where.slice(0, 1), where: where.slice(1), within: "7d" },
			'in the last Bought (where context.channel is not "web"), at most 7 days ago, total is at least 20',
		],
		[{ sequence: [{ event: "Viewed" }, { event }], within: "2h" }, "did Viewed, then Bought within 2 hours"],
		[
			{
				sequence: [{ event: "Viewed" }, { event: "Added", where: where.slice(0, 1) }, { not: { event } }],
				within: "2h",
				key: "properties.cart_id",
				lookback: "7d",
			},
			"did Viewed, then Added (where total is at least 20), then not Bought with the same cart_id, each within 2 hours of the one before, and that in the last 7 days",
		],
		[{ consent: "marketing", is: "denied" }, "consent to marketing is denied"],
		[{ list: "vip" }, "is on the list vip"],
		[{ list: "press" }, "is on the list press, which was not uploaded yet"],
		[{ bucket: { salt: "spring", from: 0, to: 20 } }, "drew a lot of spring from 0 to under 20 per cent"],
		[
			{ account: { users: "all", meet: { none: [{ event }, { list: "vip" }] } } },
			"every user of one of their accounts meets: none of these (did Bought; is on the list vip)",
		],
		[{ segment: "golden" }, 'meets the segment golden: tier is "gold"'],
		[{ segment: "buyers" }, "meets the segment buyers: at least one of these"],
		[{ segment: "gone" }, "meets the segment gone: nobody"],
		[{ all: [{ event }] }, "all of these"],
		[{ none: [{ event }] }, "none of these"],
	])("%j", (when, text) => {
		expect(describe(read(when))).toBe(text);
	});

	it("says with everything in it what a group asks for", () => {
		const when = { all: [{ segment: "buyers" }, { any: [{ event }] }, { none: [{ list: "vip" }] }] };
		expect(describeWhole(read(when))).toBe(
			'all of these (meets the segment buyers: at least one of these (did Bought; meets the segment golden: tier is "gold"); did Bought; none of these (is on the list vip))',
		);
	});

	it("says a habit in its own words there, too", () => {
		const when = { any: [{ event, stopped: { active: "60d", silent: "30d" } }] };
		expect(describeWhole(read(when))).toBe("did Bought in the last 60 days, but not in the last 30 days");
	});
});
