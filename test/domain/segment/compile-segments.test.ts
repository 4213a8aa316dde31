import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Comparison, Condition, EventLeaf } from "#contracts/definitions/condition.ts";
import type { Counting } from "#domain/model/definitions.ts";
import type { Json } from "#domain/model/json.ts";
import { compileSegments, type Facts, segmentCompiler } from "#domain/segment/compile-segments.ts";
import { filledKey, leafOf, meaningOf } from "#domain/segment/leaf.ts";
import { AT, tracked as event } from "#test/support/tracked.ts";

const segment = (id: string, when: Condition, version = 1) => ({ id, when, version, appliedAt: AT });
const bought = (atLeast: number, where: EventLeaf["where"] = []): EventLeaf => ({
	event: "Order Completed",
	where,
	atLeast,
});
const facts = (traits: { [name: string]: Json }, leaves: Facts["leaves"] = {}): Facts => ({
	traits: Object.fromEntries(
		Object.entries(traits).map(([name, value]) => [name, { value, at: AT, messageId: "m1", source: "web" }]),
	),
	leaves,
});
const counting = (how: Counting) => new Map([[meaningOf(bought(1), sha256), how]]);
const meets = (when: Condition, profile: Facts) => compileSegments([segment("s", when)], sha256).evaluate("s", profile);

describe("leafOf", () => {
	const web = { path: "properties.channel", is: { op: "eq", value: "web" } } as const;
	const dear = { path: "properties.total", is: { op: "gte", value: 100 } } as const;
	const in1 = { path: "properties.size", is: { op: "in", value: ["s", "m"] } } as const satisfies {
		is: Comparison;
		path: string;
	};
	const keyOf = (event: string, where: EventLeaf["where"]) => leafOf({ event, where }, sha256).key;

	it.each<{ same: string; one: EventLeaf["where"]; other: EventLeaf["where"] }>([
		{ same: "the order of where", one: [web, dear], other: [dear, web] },
		{ same: "where said twice", one: [web], other: [web, web] },
		{
			same: "the order of fields",
			one: [web],
			other: [{ is: { value: "web", op: "eq" }, path: "properties.channel" }],
		},
		{
			same: "the order of a list to choose from",
			one: [in1],
			other: [{ path: "properties.size", is: { op: "in", value: ["m", "s", "m"] } }],
		},
	])("$same makes no difference to the key", ({ one, other }) => {
		expect(keyOf("Order Completed", one)).toBe(keyOf("Order Completed", other));
	});

	it("gives every different meaning its own key", () => {
		const keys = [
			keyOf("Order Completed", []),
			keyOf("Order Cancelled", []),
			keyOf("Order Completed", [web]),
			keyOf("Order Completed", [dear]),
			keyOf("Order Completed", [web, dear]),
			keyOf("Order Completed", [{ path: "properties.total", is: { op: "gte", value: "100" } }]),
			keyOf("Order Completed", [{ path: "properties.total", is: { op: "gt", value: 100 } }]),
			keyOf("Order Completed", [{ path: "properties.size", is: { op: "in", value: ["1"] } }]),
			keyOf("Order Completed", [{ path: "properties.size", is: { op: "in", value: [1] } }]),
		];
		expect(new Set(keys).size).toBe(keys.length);
	});

	it("never changes for what is stored already", () => {
		expect(keyOf("Order Completed", [web])).toBe("gxBIPeEVVuD");
	});
});

describe("compileSegments", () => {
	it("keeps one count for segments that differ in how often only", () => {
		const { segments, leaves } = compileSegments([segment("once", bought(1)), segment("thrice", bought(3), 7)], sha256);
		expect(segments).toEqual([
			{ id: "once", version: 1, leaves: [...leaves.keys()], isReady: true },
			{ id: "thrice", version: 7, leaves: [...leaves.keys()], isReady: true },
		]);
		expect(leaves.size).toBe(1);
	});

	it("counts an event for each leaf whose conditions it meets, and for no other", () => {
		const dear = bought(1, [{ path: "properties.total", is: { op: "gte", value: 100 } }]);
		const when = { any: [bought(1), { none: [dear] }, { event: "Page Viewed", where: [], atLeast: 1 }] };
		const { leavesOf } = compileSegments([segment("s", when)], sha256);
		const keyOf = (leaf: EventLeaf) => leafOf(leaf, sha256).key;

		expect(leavesOf(event("Order Completed", { total: 99 }))).toEqual([keyOf(bought(1))]);
		expect(leavesOf(event("Order Completed", { total: 100 }))).toEqual([keyOf(bought(1)), keyOf(dear)]);
		expect(leavesOf(event("Order Cancelled"))).toEqual([]);
	});

	it("does not count what is no track event, whatever its name", () => {
		const { leavesOf } = compileSegments([segment("s", bought(1))], sha256);
		expect(leavesOf({ ...event("Order Completed"), type: "page" })).toEqual([]);
		expect(leavesOf(event("constructor"))).toEqual([]);
	});

	it.each<{ when: Condition; profile: Facts; expected: boolean }>([
		{ when: { trait: "plan", is: { op: "eq", value: "gold" } }, profile: facts({ plan: "gold" }), expected: true },
		{ when: { trait: "plan", is: { op: "eq", value: "gold" } }, profile: facts({}), expected: false },
		{
			when: { trait: "address.city", is: { op: "exists" } },
			profile: facts({ address: { city: "Rome" } }),
			expected: true,
		},
		{
			when: { trait: "address.city", is: { op: "exists" } },
			profile: facts({ "address.city": "Rome" }),
			expected: false,
		},
		{ when: { trait: "plan", is: { op: "not_exists" } }, profile: facts({ plan: null }), expected: true },
		{ when: { trait: "constructor", is: { op: "exists" } }, profile: facts({}), expected: false },
		{ when: { none: [{ trait: "plan", is: { op: "exists" } }] }, profile: facts({}), expected: true },
	])("$when over $profile.traits: $expected", ({ when, profile, expected }) => {
		expect(meets(when, profile)).toBe(expected);
	});

	it("adds up the days of a count", () => {
		const { key } = leafOf(bought(3), sha256);
		expect(meets(bought(3), facts({}, { [key]: { "20500": 1, "20501": 1 } }))).toBe(false);
		expect(meets(bought(3), facts({}, { [key]: { "20500": 1, "20501": 2 } }))).toBe(true);
	});

	it("is not ready for a segment one of whose counts lacks its past", () => {
		const gold: Condition = { trait: "plan", is: { op: "eq", value: "gold" } };
		const segments = [segment("gold", gold), segment("both", { all: [gold, { none: [bought(1)] }] })];
		const isReady = (isFilled: boolean) =>
			compileSegments(segments, sha256, counting({ since: AT, isFilled })).segments.map((each) => each.isReady);
		expect(isReady(false)).toEqual([true, false]);
		expect(isReady(true)).toEqual([true, true]);
		expect(compileSegments(segments, sha256, new Map()).segments.map((each) => each.isReady)).toEqual([true, false]);
	});

	it("adds to a count what was received since it began, and nothing received before", () => {
		const compiled = compileSegments([segment("s", bought(1))], sha256, counting({ since: AT, isFilled: false }));
		expect(compiled.leavesOf(event("Order Completed"))).toEqual([...compiled.leaves.keys()]);
		const before = { ...event("Order Completed"), receivedAt: "2026-03-01T09:59:59.999Z" };
		expect(compiled.leavesOf(before)).toEqual([]);
		expect(compileSegments([segment("s", bought(1))], sha256, new Map()).leavesOf(event("Order Completed"))).toEqual(
			[],
		);
	});

	it("keeps a count that was begun anew apart from the one before", () => {
		const keysOf = (since: string) => [
			...compileSegments([segment("s", bought(1))], sha256, counting({ since, isFilled: true })).leaves.keys(),
		];
		expect(keysOf("")).toEqual([leafOf(bought(1), sha256).key]);
		expect(new Set([...keysOf(""), ...keysOf(AT), ...keysOf("2026-03-02T00:00:00.000Z")]).size).toBe(3);
	});

	it("adds up what was counted as it came and what was filled in", () => {
		const compiled = compileSegments([segment("s", bought(3))], sha256, counting({ since: AT, isFilled: true }));
		const [key = ""] = compiled.leaves.keys();
		expect(compiled.evaluate("s", facts({}, { [key]: { "20500": 2 } }))).toBe(false);
		expect(compiled.evaluate("s", facts({}, { [key]: { "20500": 2 }, [filledKey(key)]: { "20400": 1 } }))).toBe(true);
	});

	it("lets nobody into a segment that is not there", () => {
		expect(compileSegments([], sha256).evaluate("gone", facts({}))).toBe(false);
	});

	it("joins conditions as all, any and none say", () => {
		const leaf = (name: string): Condition => ({ trait: name, is: { op: "eq", value: true } });
		const { condition } = fc.letrec<{ condition: Condition; group: Condition[] }>((tie) => ({
			group: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }),
			condition: fc.oneof(
				{ maxDepth: 4 },
				fc.constantFrom("a", "b", "c").map(leaf),
				fc.record({ all: tie("group") }),
				fc.record({ any: tie("group") }),
				fc.record({ none: tie("group") }),
			),
		}));
		const truth = (when: Condition, known: { [name: string]: boolean }): boolean => {
			if ("all" in when) return !when.all.map((part) => truth(part, known)).includes(false);
			if ("any" in when) return when.any.map((part) => truth(part, known)).includes(true);
			if ("none" in when) return !when.none.map((part) => truth(part, known)).includes(true);
			return "trait" in when && known[when.trait] === true;
		};
		const known = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });
		fc.assert(
			fc.property(condition, known, (when, values) => {
				expect(meets(when, facts(values))).toBe(truth(when, values));
			}),
		);
	});
});

describe("the traits that segments look at", () => {
	it("are named by the part before the first dot, each once, wherever they stand in a condition", () => {
		const exists = (trait: string): Condition => ({ trait, is: { op: "exists" } });
		const when: Condition = { all: [exists("plan"), { none: [exists("address.city"), bought(1)] }] };
		const { traits } = compileSegments([segment("a", when), segment("b", exists("plan"))], sha256);
		expect([...traits]).toEqual(["plan", "address"]);
	});
});

describe("segmentCompiler", () => {
	it("compiles again only when it is given another workspace", () => {
		const compile = segmentCompiler(sha256);
		const workspace = { segments: [segment("s", bought(1))] };
		const first = compile(workspace);
		expect(compile(workspace)).toBe(first);
		expect(compile({ ...workspace })).not.toBe(first);
	});
});
