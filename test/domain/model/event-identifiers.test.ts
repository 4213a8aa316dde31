import { describe, expect, it } from "vitest";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { identifiersOf } from "#domain/model/event-identifiers.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { event, identifying, reported, rulesOf, said } from "./an-event.ts";

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

	it("says how each value was spelled, by the rules where they say it", () => {
		const fields = { userId: "U-1", traits: { email: "A@b.c" } };
		const rules = rulesOf({ namespace: "user_id", normaliser: "lower@v1" }, { namespace: "email" });
		expect(identifiersOf(event(fields), identifying({ rules })).identifiers).toEqual([
			{ namespace: "user_id", value: "u-1", normaliser: "lower@v1", id: "user_id:u-1" },
			{ namespace: "email", value: "a@b.c", normaliser: "email@v2", id: "email:a@b.c" },
		]);
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
	])("takes %j to point at nobody, which is nothing to report", (value) => {
		const fields = { userId: value, anonymousId: "a-1", traits: { email: value, phone: value } };
		expect(said(fields)).toEqual(["anonymous_id:a-1"]);
		expect(reported(fields)).toEqual([]);
	});

	it.each([
		"test@test.com",
		"none@none.com",
		"na@na.com",
		"NoReply@shop.example",
		"no-reply@shop.example",
		"no@email.com",
		"noemail@shop.example",
	])("takes the address %s to be nobody's", (email) => {
		expect(said({ traits: { email } })).toEqual([]);
	});

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
		const rules = rulesOf({ namespace: "email", blocked: [pattern] });
		expect(blocks.flatMap((email) => said({ traits: { email } }, rules))).toEqual([]);
		expect(keeps.flatMap((email) => said({ traits: { email } }, rules))).toEqual(
			keeps.map((email) => `email:${email}`),
		);
	});

	it("leaves out what a person blocked, so that the next one is the strongest", () => {
		const blockedSeeds = new Set(["user_id:till"] as SeedId[]);
		const found = identifiersOf(event({ userId: "till", anonymousId: "a-1" }), identifying({ blockedSeeds }));
		expect(found.identifiers.map(({ id }) => id)).toEqual(["anonymous_id:a-1"]);
		expect(found.violations).toEqual([]);
	});

	it.each<{ what: string; fields: Partial<CollectedEvent>; reports: string[] }>([
		{ what: "a document", fields: { userId: "x".repeat(10_240) }, reports: ["userId: identifier_too_long"] },
		{ what: "a till's note", fields: { traits: { email: "n/a" } }, reports: ["traits.email: not_an_email"] },
		{ what: "an object", fields: { traits: { email: {} } }, reports: ["traits.email: not_an_email"] },
		{
			what: "a number without a country",
			fields: { type: "track", context: { traits: { phone: "030 1234567" } } },
			reports: ["context.traits.phone: not_a_phone_number"],
		},
		{
			what: "a list",
			fields: { context: { device: { id: ["d-1"] } } },
			reports: ["context.device.id: not_an_identifier"],
		},
		{
			what: "an external id that is a flag",
			fields: { context: { externalIds: [{ type: "user_id", id: true }] } },
			reports: ["context.externalIds.0.id: not_an_identifier"],
		},
	])("reports $what, and keeps the others", ({ fields, reports }) => {
		expect(said({ ...fields, anonymousId: "a-1" })).toEqual(["anonymous_id:a-1"]);
		expect(reported({ ...fields, anonymousId: "a-1" })).toEqual(reports);
	});

	it("never says in a report what was sent", () => {
		const { violations } = identifiersOf(event({ traits: { email: "secret", phone: "secret" } }), identifying());
		expect(violations).toHaveLength(2);
		expect(JSON.stringify(violations)).not.toContain("secret");
	});

	it("keeps the strongest twenty, and says that there were more", () => {
		const externalIds = Array.from({ length: 300 }, (_, i) => ({ type: "email", id: `${i}@example.org` }));
		const fields = { userId: "u-1", anonymousId: "a-1", context: { externalIds } };
		expect(said(fields)).toEqual(["user_id:u-1", ...externalIds.slice(0, 19).map(({ id }) => `email:${id}`)]);
		expect(reported(fields)).toEqual(["context.externalIds: too_many_identifiers"]);
	});

	it("reports no more than twenty mistakes of one event", () => {
		const externalIds = Array.from({ length: 300 }, () => ({ type: "email", id: "none of that" }));
		expect(reported({ userId: "u-1", context: { externalIds } })).toHaveLength(20);
	});
});
