import { describe, expect, it } from "vitest";
import { findFaults } from "#contracts/definitions/find-faults.ts";
import { DEFAULT_IDENTITY, identity } from "#contracts/definitions/identity.ts";

const faultsOf = (type: object, over: object = {}) =>
	findFaults(identity, { id: "identity", identifiers: [{ namespace: "email", ...type }], ...over });

describe("the identity rules", () => {
	it("take the default", () => {
		expect(findFaults(identity, DEFAULT_IDENTITY)).toEqual([]);
	});

	it.each([
		{ namespace: "loyalty_id", from: ["traits.loyalty.card", "properties.card", "context.crm.id"] },
		{ namespace: "profile_id", normaliser: "lower@v1", unique: true, max: 1 },
	])("take $namespace", (type) => {
		expect(faultsOf(type)).toEqual([]);
	});

	it.each([
		{ type: { namespace: "profile" }, at: "namespace", right: "not profile or group_id" },
		{ type: { namespace: "group_id" }, at: "namespace", right: "not profile or group_id" },
		{ type: { namespace: "E-mail" }, at: "namespace", right: "lower-case letters" },
		{ type: { from: ["userId"] }, at: "from.0", right: "a way into traits, properties or context" },
		{ type: { from: ["traits"] }, at: "from.0", right: "a way into traits, properties or context" },
		{ type: { from: ["traits..card"] }, at: "from.0", right: "a way into traits, properties or context" },
		{ type: { normaliser: "email@v1" }, at: "normaliser", right: "email@v2" },
		{ type: { unique: true, max: 2 }, at: "max", right: "nothing beside `unique`" },
		{ type: { onShared: "isolated" }, at: "onShared", right: "isolate" },
	])("say of $type what would be right", ({ type, at, right }) => {
		expect(faultsOf(type)).toEqual([
			{
				path: ["identifiers", 0, ...at.split(".").map((step) => (step === "0" ? 0 : step))],
				wrong: expect.any(String),
				right: expect.stringContaining(right),
			},
		]);
	});

	it("want a country as two capital letters", () => {
		expect(faultsOf({}, { defaultCountry: "Germany" })).toMatchObject([
			{ path: ["defaultCountry"], right: expect.stringContaining("DE") },
		]);
	});
});
