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

describe("a condition that is wrong", () => {
	const is = { op: "eq", value: "gold" };
	it.each<{ when: unknown; at: string; wrong: string; right: string }>([
		{ when: undefined, at: "when", wrong: "it is empty", right: "the field one of trait, event, all, any, none" },
		{ when: "gold", at: "when", wrong: "it is text", right: "the field one of trait, event, all, any, none" },
		{
			when: {},
			at: "when",
			wrong: "it has none of the fields trait, event, all, any, none",
			right: "exactly one of trait, event, all, any, none",
		},
		{ when: { traits: "plan", is }, at: "when.traits", wrong: "there is no such field", right: "did you mean trait?" },
		{
			when: { trait: "plan", event: "Ordered", is },
			at: "when",
			wrong: "it has trait and event at once",
			right: "one of trait, event, all, any, none",
		},
		{ when: { trait: "plan" }, at: "when", wrong: "the field is is missing", right: "add it" },
		{ when: { trait: 3, is }, at: "when.trait", wrong: "it is a number", right: "text" },
		{ when: { trait: "plan", is: "gold" }, at: "when.is", wrong: "it is text", right: "op and what belongs to it" },
		{
			when: { trait: "plan", is: { op: "equals", value: 1 } },
			at: "when.is.op",
			wrong: 'it is "equals"',
			right:
				"one of eq, ne, gt, gte, lt, lte, contains, not_contains, starts_with, ends_with, in, not_in, exists, not_exists",
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
			wrong: "the field op is missing",
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
			when: { event: "Ordered", times: 2 },
			at: "when.times",
			wrong: "there is no such field",
			right: "one of event, where, atLeast",
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
		when: { all: [{ trait: "plan", is: { op: "in", value: ["a", 1] } }, { none: [{ event: "Ordered", atLeast: 2 }] }] },
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

	it("finds something in every definition the schema refuses, and each of it in a place that is there", () => {
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
			{ numRuns: 1000 },
		);
		expect(refused).toBeGreaterThan(300);
	});
});
