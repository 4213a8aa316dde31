import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { identifiersOf, normalise } from "#domain/model/event-identifiers.ts";
import { happenedAt } from "#test/support/event-times.ts";

const at = "2026-01-01T00:00:00.000Z";
const event = (fields: Partial<CollectedEvent>): CollectedEvent => ({
	messageId: "m-1",
	type: "identify",
	context: {},
	...happenedAt(at),
	...fields,
});
const said = (fields: Partial<CollectedEvent>, rules = DEFAULT_IDENTITY) =>
	identifiersOf(event(fields), rules).map(({ namespace, value }) => `${namespace}:${value}`);

describe("identifiersOf", () => {
	it("names the identifiers of an event, strongest first", () => {
		expect(said({ anonymousId: "a-1", traits: { email: "ada@example.org" }, userId: "u-1" })).toEqual([
			"user_id:u-1",
			"email:ada@example.org",
			"anonymous_id:a-1",
		]);
	});

	it("follows the order of the rules, not one of its own", () => {
		const identifiers = DEFAULT_IDENTITY.identifiers.toReversed();
		expect(said({ anonymousId: "a-1", userId: "u-1" }, { id: "identity", identifiers })).toEqual([
			"anonymous_id:a-1",
			"user_id:u-1",
		]);
	});

	it.each<{ where: string; fields: Partial<CollectedEvent>; expected: string[] }>([
		{
			where: "the traits of identify",
			fields: { traits: { email: " Ada@Example.ORG " } },
			expected: ["email:ada@example.org"],
		},
		{
			where: "the context of any event",
			fields: { type: "track", context: { traits: { email: "a@b.c" } } },
			expected: ["email:a@b.c"],
		},
		{
			where: "traits before context",
			fields: { traits: { email: "a@b.c" }, context: { traits: { email: "d@e.f" } } },
			expected: ["email:a@b.c"],
		},
		{
			where: "not the traits of a group",
			fields: { type: "group", traits: { email: "info@firm.example" } },
			expected: [],
		},
		{ where: "not what is no address", fields: { traits: { email: "n/a" } }, expected: [] },
		{ where: "not what is no text", fields: { traits: { email: 12 }, context: { traits: [] } }, expected: [] },
		{ where: "not a document", fields: { userId: "x".repeat(513) }, expected: [] },
	])("takes an identifier from $where", ({ fields, expected }) => {
		expect(said(fields)).toEqual(expected);
	});

	it.each([
		"anonymous",
		"Guest",
		"distinctid",
		"distinct_id",
		"id",
		"not_authenticated",
		"email",
		"undefined",
		"true",
		"FALSE",
		"[object Object]",
		"NaN",
		"None",
		"null",
		"0",
		"-1",
		'"null"',
		"'undefined'",
		"''",
		"`0`",
		"---",
		"00000000-0000-0000-0000-000000000000",
		" ",
	])("takes %j to point at nobody", (value) => {
		expect(said({ userId: value, anonymousId: "a-1" })).toEqual(["anonymous_id:a-1"]);
	});

	it.each(["test@test.com", "NoReply@shop.example", "no-reply@shop.example"])(
		"takes the address %s to be nobody's",
		(email) => {
			expect(said({ traits: { email } })).toEqual([]);
		},
	);

	it.each(["guestbook", "0815", "null-island", "contest@test.example"])("does not mistake %s for nobody", (value) => {
		expect(said({ userId: value })).toEqual([`user_id:${value}`]);
	});

	it.each([
		{ pattern: "till@shop.example", blocks: ["till@shop.example"], keeps: ["a-till@shop.example"] },
		{ pattern: "*@shop.example", blocks: ["a@shop.example"], keeps: ["a@shop.example.org"] },
		{
			pattern: "till*@*.example",
			blocks: ["till7@shop.example", "till@a.b.example"],
			keeps: ["stil@shop.example", "till@example"],
		},
		{ pattern: "a.c@x.y", blocks: ["a.c@x.y"], keeps: ["abc@x.y"] },
	])("lets the workspace block $pattern", ({ pattern, blocks, keeps }) => {
		const rules: IdentityRules = {
			id: "identity",
			identifiers: [{ namespace: "email", unique: false, blocked: [pattern] }],
		};
		expect(blocks.flatMap((email) => said({ traits: { email } }, rules))).toEqual([]);
		expect(keeps.flatMap((email) => said({ traits: { email } }, rules))).toEqual(
			keeps.map((email) => `email:${email}`),
		);
	});
});

describe("normalise", () => {
	it("changes nothing the second time", () => {
		fc.assert(
			fc.property(fc.constantFrom("email", "user_id"), fc.string({ unit: "binary" }), (namespace, raw) => {
				const once = normalise(namespace, raw);
				expect(normalise(namespace, once)).toBe(once);
			}),
		);
		expect(normalise("email", " A@b.C")).toBe("a@b.c");
	});
});
