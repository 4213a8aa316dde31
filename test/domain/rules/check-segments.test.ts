import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { checkSegments } from "#domain/rules/check-segments.ts";
import { checkWorkspace } from "#domain/rules/check-workspace.ts";
import { aCount, aSegment, aTrait } from "./definitions.ts";

const says = (definitions: readonly Definition[]): string[] =>
	checkSegments(definitions).map(({ id, path, wrong, right }) => `${id} ${path.join(".")}: ${wrong}; ${right}`);
const gold = { trait: "tier", is: { op: "eq", value: "gold" } };
const inSegment = (segment: string) => ({ segment });
const ofUsers = (meet: object) => ({ account: { users: "any", meet } });
const event = "Ordered";

/** `s1` stands in `s2`, and so on. */
const chain = (length: number): Definition[] =>
	Array.from({ length }, (_, i) => aSegment(`s${i + 1}`, i === 0 ? gold : { none: [inSegment(`s${i}`)] }));

describe("checkSegments", () => {
	it("finds nothing wrong with segments that fit together", () => {
		const definitions = [
			aSegment("vip", { any: [inSegment("golden"), { list: "nobody-uploaded-it-yet" }] }),
			aSegment("golden", gold),
			aSegment("both", { all: [inSegment("vip"), { none: [inSegment("golden")] }] }),
			aSegment("colleagues", ofUsers(inSegment("both"))),
			aSegment("busy", { event, between: { from: "30d", to: "1h" } }),
			aSegment("since", { trait: "tier", is: { op: "ne", value: "gold" }, for: { atLeast: "30d" } }),
			aSegment("orders", { trait: "orders", is: { op: "in", value: [1, "two"] } }),
			aSegment("tags", { trait: "tags", is: { op: "contains", value: "new" } }),
			aTrait("tier"),
			aCount("orders"),
			aTrait("tags", { strategy: "union" }),
			...chain(9),
		];
		expect(says(definitions)).toEqual([]);
	});

	it.each<{ when: string; definitions: Definition[]; problem: string }>([
		{
			when: "it names a segment that is not there",
			definitions: [aSegment("vip", { all: [gold, { none: [inSegment("goldn")] }] }), aSegment("golden", gold)],
			problem: "vip when.all.1.none.0.segment: there is no segment goldn; did you mean golden?",
		},
		{
			when: "it asks that of the users of an account",
			definitions: [aSegment("vip", ofUsers(inSegment("gone")))],
			problem: "vip when.account.meet.segment: there is no segment gone; one of vip",
		},
		{
			when: "it contains itself",
			definitions: [aSegment("vip", { any: [gold, inSegment("vip")] })],
			problem: "vip when.any.1.segment: it contains itself: vip → vip; conditions that do not lead back to it",
		},
		{
			when: "it contains itself by way of others, by the shortest way and once",
			definitions: [
				aSegment("outside", inSegment("a")),
				aSegment("a", { all: [inSegment("c"), inSegment("b")] }),
				aSegment("b", inSegment("a")),
				aSegment("c", inSegment("b")),
			],
			problem: "a when.all.1.segment: it contains itself: a → b → a; conditions that do not lead back to it",
		},
		{
			when: "nine stand within one another, where the ninth does",
			definitions: [...chain(10), aSegment("s11", inSegment("s10"))],
			problem: "s10 when.none.0.segment: 9 segments stand within one another; at most 8",
		},
		{
			when: "it has too many conditions with all that stands in it",
			definitions: [
				aSegment("ten", { all: Array.from({ length: 10 }, () => gold) }),
				aSegment("many", { all: Array.from({ length: 50 }, () => inSegment("ten")) }),
				aSegment("more", { any: [inSegment("many"), gold] }),
				aSegment("most", inSegment("more")),
			],
			problem: "more when: it has 501 conditions, with those of other segments; at most 500",
		},
		{
			when: "it asks for accounts of users of accounts",
			definitions: [aSegment("firm", ofUsers({ any: [gold, ofUsers(gold)] }))],
			problem:
				"firm when.account.meet.any.1.account: it asks for the accounts of an account's users; conditions without `account`",
		},
		{
			when: "it does so by way of another segment",
			definitions: [
				aSegment("firm", ofUsers({ any: [inSegment("middle")] })),
				aSegment("middle", { all: [inSegment("inner")] }),
				aSegment("inner", ofUsers(gold)),
			],
			problem:
				"firm when.account.meet.any.0.segment: it asks for the accounts of an account's users; conditions without `account`",
		},
		{
			when: "a time is too fine for how far back it is",
			definitions: [aSegment("s", { event, between: { from: "90d", to: "1h" } })],
			problem:
				"s when.between: so short a time so far back is kept in 25920 stretches of 5 minutes; at most 10000: a longer time, or one that is not so far back",
		},
		{
			when: "a habit is",
			definitions: [aSegment("s", { event, stopped: { active: "90d", silent: "1h" } })],
			problem:
				"s when.stopped: so short a time so far back is kept in 25920 stretches of 5 minutes; at most 10000: a longer time, or one that is not so far back",
		},
		{
			when: "a computed trait is to have been so for a while",
			definitions: [
				aSegment("s", { trait: "orders", is: { op: "gte", value: 2 }, for: { atLeast: "7d" } }),
				aCount("orders"),
			],
			problem: "s when.for: `for` goes by what was said last, and orders is computed; leave it out",
		},
		{
			when: "a trait is to have been so that goes by another strategy",
			definitions: [aSegment("s", { ...gold, for: { atLeast: "7d" } }), aTrait("tier", { strategy: "first" })],
			problem: "s when.for: `for` goes by what was said last, and tier goes by first; leave it out",
		},
		{
			when: "a number is compared with text",
			definitions: [aSegment("s", { trait: "orders", is: { op: "gte", value: "2" } }), aCount("orders")],
			problem: "s when.is.value: orders is a number, and nothing else is compared with one; a number",
		},
		{
			when: "a number is to contain something",
			definitions: [
				aSegment("s", { trait: "spent", is: { op: "contains", value: "2" } }),
				aTrait("spent", { strategy: "sum" }),
			],
			problem:
				"s when.is.op: spent is a number: it is never contains; one of eq, ne, gt, gte, lt, lte, in, not_in, exists, not_exists",
		},
		{
			when: "a list is to be equal to something",
			definitions: [
				aSegment("s", { trait: "tags", is: { op: "eq", value: "new" } }),
				aTrait("tags", { strategy: "union" }),
			],
			problem:
				"s when.is.op: tags is a list: it is never eq; one of contains, not_contains, contains_any, exists, not_exists",
		},
		{
			when: "a number is to have fields",
			definitions: [aSegment("s", { trait: "orders.total", is: { op: "gte", value: 2 } }), aCount("orders")],
			problem: "s when.trait: orders is a number: it has no fields; did you mean orders?",
		},
	])("says it when $when", ({ definitions, problem }) => {
		expect(says(definitions)).toEqual([problem]);
		expect(checkWorkspace(definitions, sha256)).toHaveLength(1);
	});
});
