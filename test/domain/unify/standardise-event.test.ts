import { describe, expect, it } from "vitest";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { JsonObject } from "#domain/model/json.ts";
import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { openVault } from "#test/support/identity.ts";
import { phones } from "#test/support/phones.ts";

const at = "2026-01-01T00:00:00.000Z";
const event = (fields: Partial<SourcedEvent>): SourcedEvent => ({
	messageId: "m-1",
	type: "identify",
	userId: "ada",
	context: {},
	source: "web",
	...happenedAt(at),
	...fields,
});
const standardised = (fields: Partial<SourcedEvent>) =>
	standardiseEvent(event(fields), { rules: DEFAULT_IDENTITY, vault: openVault, phones });
const keeps = (traits: JsonObject) => {
	const standard = standardised({ traits });
	return standard.kind === "ready" ? { traits: standard.event.traits, violations: standard.violations } : standard;
};

describe("standardiseEvent", () => {
	it("gives each identifier its id, strongest first", () => {
		expect(standardised({ anonymousId: "phone" })).toMatchObject({
			kind: "ready",
			identifiers: [
				{ id: "u:ada", namespace: "user_id", value: "ada" },
				{ id: "a:phone", namespace: "anonymous_id", value: "phone" },
			],
		});
	});

	it.each([
		{ said: "2026-01-01T02:00:00+02:00", means: at },
		{ said: "2026-01-01", means: at },
		{ said: "2026-01-01T00:00:00Z", means: at },
	])("writes $said as $means, so that times compare as text", ({ said, means }) => {
		expect(standardised({ timestamp: said })).toMatchObject({ event: { timestamp: means } });
	});

	it.each(["", "yesterday", "-000001-01-01T00:00:00.000Z", "+010000-01-01T00:00:00.000Z"])(
		"takes %j for no time",
		(timestamp) => {
			expect(standardised({ timestamp })).toEqual({ kind: "quarantined", reason: "invalid_timestamp" });
		},
	);

	it("sets aside what points at nobody", () => {
		expect(standardised({ userId: "undefined" })).toEqual({ kind: "quarantined", reason: "no_usable_identifier" });
	});

	it.each<{ sdk: string; fields: Partial<SourcedEvent>; traits: JsonObject | undefined }>([
		{ sdk: "Segment", fields: { traits: { plan: "gold" } }, traits: { plan: "gold" } },
		{ sdk: "RudderStack", fields: { context: { traits: { plan: "gold" } } }, traits: { plan: "gold" } },
		{
			sdk: "RudderStack, with no traits of its own",
			fields: { traits: {}, context: { traits: { plan: "gold" } } },
			traits: { plan: "gold" },
		},
		{
			sdk: "Segment on a phone, which repeats what it knows",
			fields: { traits: { plan: "gold" }, context: { traits: { plan: "free", name: "Ada" } } },
			traits: { plan: "gold" },
		},
		{
			sdk: "anything that tracks",
			fields: { type: "track", event: "X", context: { traits: { plan: "gold" } } },
			traits: undefined,
		},
		{ sdk: "somebody who sends a list", fields: { context: { traits: ["gold"] } }, traits: undefined },
	])("finds the traits of identify where $sdk puts them", ({ fields, traits }) => {
		const standard = standardised(fields);
		expect(standard.kind === "ready" && standard.event.traits).toEqual(traits);
	});

	it("passes on what is reported of the identifiers, beside what is of the traits", () => {
		const standard = standardised({ traits: { email: "n/a", bio: "x".repeat(2000) } });
		expect(standard.kind === "ready" && standard.violations.map(({ kind }) => kind)).toEqual([
			"not_an_email",
			"trait_too_large",
		]);
	});

	it("names the account of a group call, and of no other", () => {
		const account = (fields: Partial<SourcedEvent>) => {
			const standard = standardised({ groupId: " acme ", ...fields });
			return standard.kind === "ready" ? standard.account : standard;
		};
		expect(account({ type: "group" })).toEqual({ namespace: "group_id", value: "acme", id: expect.any(String) });
		expect(account({ type: "identify" })).toBeUndefined();
	});

	it("leaves out traits that are too large to keep, says which, and keeps the others", () => {
		const name = "n".repeat(129);
		expect(
			keeps({ plan: "gold", bio: "x".repeat(1023), [name]: 1, list: ["ü".repeat(600)], nothing: null }),
		).toMatchObject({
			traits: { plan: "gold", nothing: null },
			violations: [
				{ kind: "trait_too_large", path: "traits.bio", outcome: "omitted" },
				{ path: `traits.${name.slice(1)}` },
				{ path: "traits.list" },
			],
		});
	});

	it("keeps a trait of a whole kilobyte", () => {
		const traits = { bio: "x".repeat(1022), list: ["ü".repeat(510)], name: "ü".repeat(511) };
		expect(keeps(traits)).toEqual({ traits, violations: [] });
	});
});
