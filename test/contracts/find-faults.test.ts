import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";
import { type Fault, findFaults } from "#contracts/definitions/find-faults.ts";

const { schema } = KINDS.segment;
const faultOf = (when: unknown): Omit<Fault, "path"> & { at: string } => {
	const [fault, ...more] = findFaults(schema, { id: "s", when });
	if (!fault || more.length > 0) throw new Error(`one fault was expected, not ${JSON.stringify([fault, ...more])}`);
	return { at: fault.path.join("."), wrong: fault.wrong, right: fault.right };
};

const KNOWN =
	"exactly one of the fields trait, event, lastEvent, sequence, segment, consent, bucket, list, account, all, any, none";
const A_DURATION = "days up to 400d, hours up to 9600h or minutes up to 9999m, such as 30d";
const is = { op: "eq", value: "gold" };

describe("a condition that is wrong", () => {
	it.each<{ when: unknown; at: string; wrong: string; right: string }>([
		{ when: undefined, at: "when", wrong: "it is empty", right: KNOWN },
		{ when: "gold", at: "when", wrong: "it is text", right: KNOWN },
		{
			when: {},
			at: "when",
			wrong: "none of its fields says what is meant",
			right: KNOWN,
		},
		{ when: { traits: "plan", is }, at: "when.traits", wrong: "there is no such field", right: "did you mean trait?" },
		{
			when: { trait: "plan", event: "Ordered", is },
			at: "when",
			wrong: "it has trait and event at once",
			right: "one of trait, event; for several, each on its own within all",
		},
		{ when: { trait: "plan" }, at: "when", wrong: "the field `is` is missing", right: "add it" },
		{ when: { trait: 3, is }, at: "when.trait", wrong: "it is a number", right: expect.stringContaining("names") },
		{ when: { trait: "plan", is: "gold" }, at: "when.is", wrong: "it is text", right: "op and what belongs to it" },
		{
			when: { trait: "plan", is: { op: "matches", value: 1 } },
			at: "when.is.op",
			wrong: 'it is "matches"',
			right:
				"one of eq, ne, gt, gte, lt, lte, contains, not_contains, starts_with, ends_with, contains_any, in, not_in, exists, not_exists, before, after, within_last, within_next, before_last, after_next",
		},
		{
			when: { trait: "plan", is: { op: "not_exist" } },
			at: "when.is.op",
			wrong: 'it is "not_exist"',
			right: "did you mean not_exists?",
		},
		{
			when: { trait: "plan", is: { value: 1 } },
			at: "when.is",
			wrong: "the field `op` is missing",
			right: expect.stringContaining("one of eq, ne"),
		},
		{
			when: { trait: "plan", is: { opp: "eq", value: 1 } },
			at: "when.is.opp",
			wrong: "there is no such field",
			right: "did you mean op?",
		},
		{
			when: { trait: "plan", is: { op: "eq", value: ["a"] } },
			at: "when.is.value",
			wrong: "it is a list",
			right: "text or a number or true or false",
		},
		{
			when: { trait: "plan", is: { op: "gt", value: true } },
			at: "when.is.value",
			wrong: "it is true or false",
			right: "a number or text",
		},
		{
			when: { trait: "plan", is: { op: "gt", value: Number.NaN } },
			at: "when.is.value",
			wrong: "it is no finite number",
			right: "a number or text",
		},
		{
			when: { trait: "plan", is: { op: "exists", value: 1 } },
			at: "when.is.value",
			wrong: "there is no such field",
			right: "only op",
		},
		{
			when: { trait: "plan", is: { op: "in", value: [] } },
			at: "when.is.value",
			wrong: "it is too little",
			right: "at least 1 in the list",
		},
		{ when: { event: "Ordered", atLeast: 0 }, at: "when.atLeast", wrong: "it is too little", right: "at least 1" },
		{ when: { event: "Ordered", atLeast: 1.5 }, at: "when.atLeast", wrong: "it is a number", right: "a whole number" },
		{
			when: { event: "Ordered", colour: 2 },
			at: "when.colour",
			wrong: "there is no such field",
			right:
				"one of event, where, atLeast, count, sum, avg, min, max, within, between, since, until, stopped, restarted, regularly",
		},
		{
			when: { any: [{ all: [{ event: "Ordered", where: [{ path: "total", is }] }] }] },
			at: "when.any.0.all.0.where.0.path",
			wrong: 'it is "total"',
			right: "properties, context or traits, then the fields that lead to the value, with dots between",
		},
		{ when: { none: { trait: "plan", is } }, at: "when.none", wrong: "it is a group of fields", right: "a list" },
	])("$when: $wrong", ({ when, ...expected }) => {
		expect(faultOf(when)).toEqual(expected);
	});
});

/** Each leaf with something wrong in it: where, and what is suggested. */
describe("a fault in a leaf is told what would be right", () => {
	const event = "Ordered";
	const total = { of: "properties.total", is: { op: "gte", value: 1 } };
	const step = { event };
	const sequence = [{ event: "Carted" }, { not: step }];

	it.each<[when: unknown, at: string, right: string]>([
		[{ trait: "plan", is, four: { atLeast: "1d" } }, "when.four", "did you mean for?"],
		[{ trait: "a..b", is }, "when.trait", "names with single dots between"],
		[{ trait: "plan", op: "eq", is }, "when.op", "did you mean is?"],
		[{ trait: "plan", is, for: "30d" }, "when.for", "the fields atLeast, lessThan"],
		[{ trait: "plan", is, for: {} }, "when.for", "either atLeast or lessThan"],
		[{ trait: "plan", is, for: { atLeast: "1d", lessThan: "2d" } }, "when.for", "either atLeast or lessThan"],
		[{ trait: "plan", is, for: { atleast: "1d" } }, "when.for.atleast", "did you mean atLeast?"],
		[{ trait: "plan", is, for: { atLeast: 30 } }, "when.for.atLeast", A_DURATION],
		[{ trait: "seen", is: { op: "within_last", value: "3d" }, for: { atLeast: "1d" } }, "when.is.op", "without `for`"],
		[{ trait: "plan", is: { op: ">=", value: 1 } }, "when.is.op", "did you mean gte?"],
		[{ trait: "plan", is: { op: "equals", value: 1 } }, "when.is.op", "did you mean eq?"],
		[{ trait: "plan", is: { op: "is_set" } }, "when.is.op", "did you mean exists?"],
		[{ trait: "plan", is: { op: "within", value: "7d" } }, "when.is.op", "one of eq, ne"],
		[{ trait: "plan", is: { op: "contains", value: 3 } }, "when.is.value", "text"],
		[{ trait: "plan", is: { op: "contains_any", value: "a" } }, "when.is.value", "a list"],
		[{ trait: "plan", is: { op: "contains_any", value: ["a", 1] } }, "when.is.value.1", "text"],
		[{ trait: "plan", is: { op: "in", value: "gold" } }, "when.is.value", "a list"],
		[{ trait: "plan", is: { op: "in", value: [null] } }, "when.is.value.0", "text or a number or true or false"],
		[{ trait: "plan", is: { op: "before", value: "yesterday" } }, "when.is.value", "a date such as 2026-01-31"],
		[{ trait: "plan", is: { op: "after", value: "2026-02-30" } }, "when.is.value", "a day that the calendar has"],
		[{ trait: "plan", is: { op: "within_last", value: "1w" } }, "when.is.value", A_DURATION],
		[{ trait: "plan", is: { op: "after_next", value: "2026-01-31" } }, "when.is.value", A_DURATION],
		[{ event, times: 2 }, "when.times", "did you mean atLeast?"],
		[{ event, wihtin: "7d" }, "when.wihtin", "did you mean within?"],
		[{ event, within: "7 days" }, "when.within", A_DURATION],
		[{ event, within: 7 }, "when.within", A_DURATION],
		[{ event, within: "401d" }, "when.within", A_DURATION],
		[{ event, where: { path: "properties.total", is } }, "when.where", "a list"],
		[{ event, where: [{ path: "properties.total" }] }, "when.where.0", "add it"],
		[{ event, where: [{ property: "properties.total", is }] }, "when.where.0.property", "did you mean path?"],
		[
			{ event, where: [{ path: "properties.at", is: { op: "within_last", value: "1d" } }] },
			"when.where.0.is.op",
			"one of",
		],
		[{ event, count: 3 }, "when.count", "the fields op, value"],
		[{ event, count: { op: "gte", value: 0 } }, "when.count.value", "at least 1"],
		[{ event, count: { op: "lt", value: 0 } }, "when.count.value", "at least 1"],
		[{ event, count: { op: "eq", value: 1.5 } }, "when.count.value", "a whole number"],
		[{ event, count: { op: "contains", value: 1 } }, "when.count.op", "one of eq, ne, gt, gte, lt, lte"],
		[{ event, sum: { path: "properties.total", is: total.is } }, "when.sum.path", "did you mean of?"],
		[{ event, avg: { ...total, of: "total" } }, "when.avg.of", "properties, context or traits"],
		[{ event, min: { ...total, is: { op: "gte", value: "1" } } }, "when.min.is.value", "a number"],
		[{ event, max: total, atLeast: 2 }, "when", "one of them"],
		[{ event, within: "7d", since: "2026-01-01" }, "when", "one of them"],
		[{ event, within: "7d", until: "2026-01-01" }, "when", "one of them"],
		[{ event, between: { from: "7d", to: "30d" } }, "when.between", "from a longer time ago to a shorter"],
		[{ event, between: { from: "7d" } }, "when.between", "add it"],
		[{ event, since: "2026-1-1" }, "when.since", "a day such as 2026-01-31"],
		[{ event, since: "2026-02-30" }, "when.since", "a day that the calendar has"],
		[{ event, since: "2026-02-01", until: "2026-02-01" }, "when.until", "a day after 2026-02-01"],
		[{ event, stopped: { active: "30d", silent: "30d" } }, "when.stopped", "active longer than silent"],
		[{ event, stopped: { active: "60d", silent: "30d" }, within: "9d" }, "when", "one of them"],
		[{ event, restarted: { recent: "7d", silent: "30d" } }, "when.restarted", "add it"],
		[{ event, restarted: { recent: "7d", silent: "300d", active: "100d" } }, "when.restarted", "at most 400d"],
		[{ event, regularly: { period: "7d", periods: 4, of: 3 } }, "when.regularly", "periods at most of"],
		[{ event, regularly: { period: "30d", periods: 4, of: 14 } }, "when.regularly", "all of them at most 400d"],
		[{ event, regularly: { every: "7d", periods: 1, of: 3 } }, "when.regularly.every", "did you mean period?"],
		[{ event, has: [] }, "when.has", "leave it out"],
		[{ event, key: "properties.cart" }, "when.key", "leave it out"],
		[{ lastEvent: event }, "when", "add it"],
		[{ lastEvent: event, has: [] }, "when.has", "at least 1 in the list"],
		[{ lastEvent: event, has: [{ path: "properties.a", is }], atLeast: 1 }, "when.atLeast", "leave it out"],
		[{ lastevent: event, has: [{ path: "properties.a", is }] }, "when.lastevent", "did you mean lastEvent?"],
		[{ sequence: [step], within: "2h" }, "when.sequence", "at least 2 in the list"],
		[{ sequence: [{ not: step }, step], within: "2h" }, "when.sequence", "only the last step may be a `not`"],
		[{ sequence: [step, { event, not: step }], within: "2h" }, "when.sequence.1", "one of event, not"],
		[{ sequence: [step, { not: "Ordered" }], within: "2h" }, "when.sequence.1.not", "the fields event, where"],
		[{ sequence: [step, { evnt: "Ordered" }], within: "2h" }, "when.sequence.1.evnt", "did you mean event?"],
		[{ sequence }, "when", "add it"],
		[{ sequence, within: "2h", key: "cart_id" }, "when.key", "properties, context or traits"],
		[{ sequence, within: "2h", lookback: "2h" }, "when.lookback", "longer than within"],
		[{ segment: "Gold Members" }, "when.segment", "lower-case"],
		[{ segment: "gold", is }, "when.is", "leave it out"],
		[{ consent: "marketing" }, "when", "add it"],
		[{ consent: "marketing", is: "grantd" }, "when.is", "did you mean granted?"],
		[{ consent: "marketing", is }, "when.is", "one of granted, denied, unknown"],
		[{ bucket: { from: 0, to: 20 } }, "when.bucket", "add it"],
		[{ bucket: { salt: "a", from: 20, to: 20 } }, "when.bucket.to", "more than from"],
		[{ bucket: { salt: "a", from: 0, to: 101 } }, "when.bucket.to", "at most 100"],
		[{ bucket: { sald: "a", from: 0, to: 10 } }, "when.bucket.sald", "did you mean salt?"],
		[{ list: 3 }, "when.list", "lower-case"],
		[{ account: { users: "some", meet: { trait: "a", is } } }, "when.account.users", "did you mean any?"],
		[{ account: { users: "any", meet: { event, wihtin: "7d" } } }, "when.account.meet.wihtin", "did you mean within?"],
		[{ account: { users: "any" } }, "when.account", "add it"],
		[{ not: [{ event }] }, "when.not", "did you mean none?"],
		[{ and: [{ event }] }, "when.and", "did you mean all?"],
		[{ all: [] }, "when.all", "at least 1 in the list"],
		[{ all: [{ event }], any: [{ event }] }, "when", "one of all, any; for several, each on its own within all"],
	])("%j", (when, at, right) => {
		expect(faultOf(when)).toEqual({ at, wrong: expect.any(String), right: expect.stringContaining(right) });
	});

	it("says everything that is wrong at once, also what is about several fields", () => {
		const faults = findFaults(schema, {
			id: "s",
			when: { all: [{ event, within: "1w" }, { event, since: "2026-01-02", until: "2026-01-01" }, { list: "VIP" }] },
		});
		expect(faults.map(({ path }) => path.join("."))).toEqual([
			"when.all.0.within",
			"when.all.1.until",
			"when.all.2.list",
		]);
	});

	it("goes into no more groups than anybody could read", () => {
		const nested = (depth: number) =>
			Array.from({ length: depth }).reduce((inner: object) => ({ all: [inner] }), { event });
		expect(findFaults(schema, { id: "s", when: nested(20) })).toEqual([]);
		expect(faultOf(nested(10_000))).toEqual({
			at: "when",
			wrong: "too many groups stand within one another",
			right: "at most 20",
		});
	});
});

describe("what is wrong with a trait", () => {
	const events = { id: "t", trait: "t", event: "Ordered" };
	it.each([
		[{ ...events, compute: "summ", property: "properties.total" }, ["compute"], "did you mean sum?"],
		[{ ...events, compute: "sum" }, [], "add `property`: the field that is looked at, such as properties.total"],
		[{ ...events, compute: "count", property: "properties.a" }, [], "count looks at no property: leave it out"],
		[{ ...events, compute: "count", within: "30 days" }, ["within"], "days up to 400d, hours up to 999h or minutes"],
		[{ ...events, compute: "count", within: "401d" }, ["within"], "days up to 400d"],
		[{ ...events, compute: "count", trait: "a.b" }, ["trait"], "a name without dots"],
		[{ ...events, compute: "count", strategy: "last" }, [], "one of strategy, compute"],
		[{ id: "t", trait: "t", strategy: "source_priority" }, [], "add `sources`"],
		[{ id: "t", trait: "t", strategy: "last", sources: ["web"] }, [], "source_priority only"],
	])("%j is told what would be right", (value, path, right) => {
		expect(findFaults(KINDS.trait.schema, value)).toEqual([
			{ path, wrong: expect.any(String), right: expect.stringContaining(right) },
		]);
	});
});

const VALID: { [kind in Kind]: object } = {
	segment: {
		id: "s",
		when: {
			all: [
				{ trait: "plan", is: { op: "in", value: ["a", 1] }, for: { atLeast: "30d" } },
				{ trait: "born", is: { op: "within_last", value: "30d" } },
				{
					none: [
						{ event: "Ordered", atLeast: 2 },
						{ event: "Ordered", stopped: { active: "60d", silent: "30d" } },
					],
				},
				{ event: "Ordered", sum: { of: "properties.total", is: { op: "gte", value: 1 } }, within: "7d" },
				{ event: "Ordered", count: { op: "lte", value: 2 }, since: "2026-01-01", until: "2026-02-01" },
				{ event: "Ordered", between: { from: "9d", to: "3d" } },
				{ event: "Ordered", restarted: { recent: "7d", silent: "30d", active: "60d" } },
				{ event: "Ordered", regularly: { period: "7d", periods: 2, of: 4 } },
				{ lastEvent: "Ordered", has: [{ path: "properties.late", is: { op: "eq", value: true } }] },
				{ sequence: [{ event: "Carted" }, { not: { event: "Ordered" } }], key: "properties.cart", within: "2h" },
				{ any: [{ segment: "gold" }, { consent: "ads", is: "granted" }, { list: "vip" }] },
				{ bucket: { salt: "spring", from: 0, to: 20 } },
				{ account: { users: "all", meet: { trait: "plan", is: { op: "exists" } } } },
			],
		},
	},
	source: {
		id: "web",
		key: { kind: "public", writeKey: "wk_12345", origins: ["*"] },
		rate: { perSecond: 1, burst: 1 },
	},
	"tracking-plan": { id: "shop", events: { Ordered: { properties: { total: { type: "number", enum: [1, "a"] } } } } },
	trait: { id: "spent", trait: "spent", compute: "sum", event: "Ordered", property: "properties.total", within: "30d" },
	identity: { id: "identity", identifiers: [{ namespace: "email", blocked: ["*@x.example"] }] },
	destination: {
		id: "crm",
		type: "webhook",
		settings: { deep: [{ url: "x" }] },
		subscriptions: [{ on: { segment: "gold" } }, { on: { event: "Ordered" }, mapping: { a: { "@path": "$.b" } } }],
	},
};

/** The same value with something else somewhere in it: a part replaced or dropped, or a field added. */
function mutate(value: unknown, choice: () => number, other: unknown): unknown {
	const isLeaf = typeof value !== "object" || value === null;
	if (isLeaf || choice() === 0) return other;
	const fields = Object.entries(value);
	const at = choice() % (fields.length + 1);
	const changed = fields.flatMap(([field, part], i) => {
		if (i !== at) return [[field, part] as const];
		return choice() === 1 ? [] : [[field, mutate(part, choice, other)] as const];
	});
	if (at === fields.length) changed.push(["extra", other]);
	return Array.isArray(value) ? changed.map(([, part]) => part) : Object.fromEntries(changed);
}

describe("findFaults", () => {
	it.each(Object.entries(VALID))("finds nothing in a good %s", (kind, value) => {
		expect(findFaults(KINDS[kind as Kind].schema, value)).toEqual([]);
	});

	it("finds something in every definition the schema refuses, and each of it in a place that is there", {
		timeout: 30_000,
	}, () => {
		const other = fc.oneof(fc.jsonValue(), fc.constantFrom("eq", "public", { trait: "x" }, { event: "y" }, undefined));
		let refused = 0;
		fc.assert(
			fc.property(
				fc.constantFrom(...(Object.keys(VALID) as Kind[])),
				fc.infiniteStream(fc.nat(7)),
				other,
				(kind, choices, value) => {
					const mutant = mutate(VALID[kind], () => choices.next().value ?? 0, value);
					const faults = findFaults(KINDS[kind].schema, mutant);
					expect(faults.length > 0).toBe(!KINDS[kind].schema.safeParse(mutant).success);
					for (const { path, wrong, right } of faults) {
						refused++;
						expect(`${wrong} ${right}`).not.toMatch(/undefined|Invalid|expected/);
						const parent = path.slice(0, -1).reduce<unknown>((part, step) => (part as never)[step], mutant);
						if (path.length > 0) expect(Object.hasOwn(parent as object, path.at(-1) as string)).toBe(true);
					}
				},
			),
			{ numRuns: 500 },
		);
		expect(refused).toBeGreaterThan(200);
	});
});
