import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Definition } from "#domain/model/definition-register.ts";
import { type Difference, planDefinitions } from "#domain/model/plan-definitions.ts";

const segment = (id: string, value: unknown = "gold", rest: object = {}): Definition =>
	({ kind: "segment", definition: { id, when: { trait: "plan", is: { op: "eq", value } }, ...rest } }) as Definition;
const plan: Definition = {
	kind: "tracking-plan",
	definition: {
		id: "shop",
		events: {},
		unplannedEvent: "allow",
		unplannedProperty: "allow",
		violation: "allow",
	},
};

describe("planDefinitions", () => {
	it("says of each what would happen to it, by kind and id", () => {
		const current = [segment("gone"), segment("same"), segment("other", "gold")];
		const wanted = [segment("same"), segment("other", "silver"), plan, segment("fresh")];
		expect(planDefinitions(current, wanted).map(({ kind, id, change }) => `${change} ${kind} ${id}`)).toEqual([
			"created tracking-plan shop",
			"created segment fresh",
			"removed segment gone",
			"changed segment other",
			"unchanged segment same",
		]);
	});

	it("does not take two kinds for one because of the same id", () => {
		const changes = planDefinitions([segment("shop")], [plan]).map(({ change }) => change);
		expect(changes).toEqual(["created", "removed"]);
	});

	it.each<{ from: Definition; to: Definition; differences: Difference[] }>([
		{
			from: segment("s", "gold"),
			to: segment("s", "silver"),
			differences: [{ path: "when.is.value", from: "gold", to: "silver" }],
		},
		{
			from: segment("s", "gold"),
			to: segment("s", "gold", { name: "Gold" }),
			differences: [{ path: "name", to: "Gold" }],
		},
		{
			from: segment("s", ["a", "b"]),
			to: segment("s", ["a"]),
			differences: [{ path: "when.is.value.1", from: "b" }],
		},
		{
			from: segment("s", ["a"]),
			to: segment("s", { "0": "a" }),
			differences: [{ path: "when.is.value", from: ["a"], to: { "0": "a" } }],
		},
		{ from: segment("s", "gold", { name: undefined }), to: segment("s", "gold"), differences: [] },
		{
			from: segment("s", "gold"),
			to: segment("s", "gold", { constructor: "x" }),
			differences: [{ path: "constructor", to: "x" }],
		},
	])("finds $differences", ({ from, to, differences }) => {
		expect(planDefinitions([from], [to])[0]?.differences).toEqual(differences);
	});

	it("has no differences to itself, and the reverse of every difference back", () => {
		const value = fc.jsonValue({ maxDepth: 3 });
		const flip = ({ path, from, to }: Difference): Difference => ({
			path,
			...(to !== undefined && { from: to }),
			...(from !== undefined && { to: from }),
		});
		const inPlace = (differences: readonly Difference[] = []) =>
			differences.toSorted((a, b) => (a.path < b.path ? -1 : 1));
		fc.assert(
			fc.property(value, value, (a, b) => {
				const differences = (from: unknown, to: unknown) =>
					planDefinitions([segment("s", from)], [segment("s", to)])[0]?.differences;
				expect(differences(a, structuredClone(a))).toEqual([]);
				expect(inPlace(differences(b, a))).toEqual(inPlace(differences(a, b)?.map(flip)));
			}),
		);
	});
});
