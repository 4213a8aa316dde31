import { describe, expect, it } from "vitest";
import type { CollectedEvent } from "#domain/model/event.ts";
import { reported, rulesOf, said } from "./an-event.ts";

type Row = { readonly where: string; readonly fields: Partial<CollectedEvent>; readonly expected: string[] };

const BERLIN = { location: { country: "DE" } };

describe("the well-known places", () => {
	it.each<Row>([
		{ where: "the user id", fields: { userId: " u-1 " }, expected: ["user_id:u-1"] },
		{ where: "the anonymous id", fields: { type: "page", anonymousId: "a-1" }, expected: ["anonymous_id:a-1"] },
		{
			where: "an e-mail from the traits of identify",
			fields: { traits: { email: " Ada@Example.ORG " } },
			expected: ["email:ada@example.org"],
		},
		{
			where: "an e-mail from the context of any event",
			fields: { type: "track", context: { traits: { email: "a@b.c" } } },
			expected: ["email:a@b.c"],
		},
		{
			where: "an e-mail from traits before context",
			fields: { traits: { email: "a@b.c" }, context: { traits: { email: "d@e.f" } } },
			expected: ["email:a@b.c"],
		},
		{
			where: "an e-mail from the context where the traits unset it",
			fields: { traits: { email: null }, context: { traits: { email: "d@e.f" } } },
			expected: ["email:d@e.f"],
		},
		{
			where: "nothing from the traits of a group",
			fields: { type: "group", groupId: "g", traits: { email: "info@firm.example", phone: "+49301234567" } },
			expected: [],
		},
		{
			where: "nothing from traits that are no object",
			fields: { context: { traits: ["a@b.c"], device: "d", externalIds: { type: "email", id: "a@b.c" } } },
			expected: [],
		},
		{
			where: "a phone from the traits of identify",
			fields: { traits: { phone: "+49 30 1234567" } },
			expected: ["phone:+49301234567"],
		},
		{
			where: "a phone from the context",
			fields: { type: "track", context: { ...BERLIN, traits: { phone: "030 1234567" } } },
			expected: ["phone:+49301234567"],
		},
		{
			where: "a phone that is a number",
			fields: { traits: { phone: 4930123456 }, context: { location: { country: "fr" } } },
			expected: [],
		},
		{ where: "a device", fields: { context: { device: { id: "d-1" } } }, expected: ["device_id:d-1"] },
		{
			where: "an advertising id",
			fields: { context: { device: { advertisingId: "ad-1", adTrackingEnabled: true } } },
			expected: ["advertising_id:ad-1"],
		},
		{
			where: "an advertising id where nothing is said of tracking",
			fields: { context: { device: { advertisingId: "ad-1" } } },
			expected: ["advertising_id:ad-1"],
		},
		{
			where: "no advertising id of somebody who does not want it",
			fields: { context: { device: { advertisingId: "ad-1", adTrackingEnabled: false } } },
			expected: [],
		},
	])("$where", ({ fields, expected }) => {
		expect(said(fields)).toEqual(expected);
	});
});

describe("context.externalIds", () => {
	const external = (...externalIds: CollectedEvent["context"][string][]) => said({ context: { externalIds } });

	it("adds what the rules name, beside what stands in its own place", () => {
		const externalIds = [
			{ id: "u-2", type: "user_id", collection: "users", encoding: "none" },
			{ id: " B@b.c", type: "email" },
			{ id: 7, type: "anonymous_id" },
		];
		expect(said({ userId: "u-1", context: { externalIds } })).toEqual([
			"user_id:u-1",
			"user_id:u-2",
			"email:b@b.c",
			"anonymous_id:7",
		]);
	});

	it("counts the same identifier once", () => {
		const externalIds = [
			{ id: "u-1", type: "user_id" },
			{ id: "u-1 ", type: "user_id" },
		];
		expect(said({ userId: "u-1", context: { externalIds } })).toEqual(["user_id:u-1"]);
	});

	it.each([
		{ what: "a kind that the rules do not name", entry: { id: "x", type: "ga_client_id" } },
		{ what: "a hashed value", entry: { id: "x", type: "user_id", encoding: "sha256" } },
		{ what: "an id of something else than people", entry: { id: "x", type: "user_id", collection: "accounts" } },
		{ what: "an entry without an id", entry: { type: "user_id" } },
		{ what: "an entry without a type", entry: { id: "x" } },
		{ what: "an entry that is no object", entry: "user_id:x" },
		{ what: "an entry that is null", entry: null },
	])("passes over $what", ({ entry }) => {
		expect(external(entry, { id: "u-9", type: "user_id" })).toEqual(["user_id:u-9"]);
	});
});

describe("identifiers of the workspace's own", () => {
	const rules = rulesOf(
		{ namespace: "user_id", unique: true },
		{ namespace: "loyalty_id", from: ["traits.loyalty.card", "properties.card"] },
		{ namespace: "crm_id", from: ["context.crm.contact"], normaliser: "lower@v1" },
	);

	it.each<Row>([
		{
			where: "a trait",
			fields: { traits: { loyalty: { card: 7001 } } },
			expected: ["loyalty_id:7001"],
		},
		{
			where: "a trait that the SDK keeps in the context",
			fields: { type: "track", context: { traits: { loyalty: { card: "7001" } } } },
			expected: ["loyalty_id:7001"],
		},
		{
			where: "a property",
			fields: { type: "track", properties: { card: "7002" } },
			expected: ["loyalty_id:7002"],
		},
		{
			where: "each place that has one",
			fields: { traits: { loyalty: { card: "7001" } }, properties: { card: "7002" } },
			expected: ["loyalty_id:7001", "loyalty_id:7002"],
		},
		{ where: "the context", fields: { context: { crm: { contact: " AbC " } } }, expected: ["crm_id:abc"] },
		{
			where: "an external id of this type",
			fields: { context: { externalIds: [{ id: "X-1", type: "crm_id" }] } },
			expected: ["crm_id:x-1"],
		},
		{
			where: "nothing from a group's traits",
			fields: { type: "group", groupId: "g", traits: { loyalty: { card: "7001" } } },
			expected: [],
		},
	])("$where", ({ fields, expected }) => {
		expect(said(fields, rules)).toEqual(expected);
	});

	it("reports what stands there and is no identifier", () => {
		expect(reported({ userId: "u-1", traits: { loyalty: { card: {} } } }, rules)).toEqual([
			"traits.loyalty.card: not_an_identifier",
		]);
	});
});

describe("alias", () => {
	const several = rulesOf({ namespace: "user_id" }, { namespace: "anonymous_id" });
	const five = rulesOf({ namespace: "user_id", max: 5 }, { namespace: "anonymous_id" });
	const one = rulesOf({ namespace: "user_id", max: 1 }, { namespace: "anonymous_id" });

	it.each([
		{ rules: undefined, previous: "anonymous_id", when: "user ids are unique" },
		{ rules: one, previous: "anonymous_id", when: "a person has one user id" },
		{ rules: several, previous: "user_id", when: "a person may have several user ids" },
		{ rules: five, previous: "user_id", when: "a person may have five user ids" },
	])("takes the previous id to be a $previous when $when", ({ rules, previous }) => {
		const fields = { type: "alias", userId: "new", previousId: "old" } as const;
		expect(said(fields, rules)).toEqual(["user_id:new", `${previous}:old`]);
		expect(reported(fields, rules)).toEqual([]);
	});

	it("looks at the previous id of no other call", () => {
		expect(said({ type: "track", userId: "new", previousId: "old" })).toEqual(["user_id:new"]);
	});

	it("joins two anonymous ids where nobody signed up", () => {
		expect(said({ type: "alias", anonymousId: "new", previousId: "old" })).toEqual([
			"anonymous_id:new",
			"anonymous_id:old",
		]);
	});

	it.each([
		{ when: "user ids are unique", rules: undefined, ids: { userId: "ada", previousId: " ada " } },
		{ when: "a person may have several", rules: several, ids: { userId: "ada", previousId: "ada" } },
		{ when: "nobody signed up", rules: undefined, ids: { anonymousId: "ada", previousId: "ada" } },
	])("says nothing with an alias of somebody to himself, when $when", ({ rules, ids }) => {
		const itself = said({ type: "alias", ...ids }, rules);
		expect(itself).toHaveLength(1);
		expect(itself).toEqual(said({ type: "track", ...ids }, rules));
		expect(reported({ type: "alias", ...ids }, rules)).toEqual(["previousId: alias_to_itself"]);
	});
});

describe("an identifier that is cut into slices of time", () => {
	const rules = rulesOf(
		{ namespace: "user_id" },
		{ namespace: "anonymous_id", onShared: "time_sliced", blocked: ["till-*"] },
	);
	const tablet = (fields: Partial<CollectedEvent>) => said({ anonymousId: "tablet", ...fields }, rules);

	it.each<{ by: string; fields: Partial<CollectedEvent>; slice: string }>([
		{ by: "its session", fields: { context: { sessionId: 1_700_000_000_000 } }, slice: "1700000000000" },
		{ by: "a session that is text", fields: { context: { sessionId: " s-1 " } }, slice: "s-1" },
		{ by: "its day, where there is no session", fields: {}, slice: "2026-01-31" },
		{ by: "its day in UTC", fields: { timestamp: "2026-02-01T00:30:00+02:00" }, slice: "2026-01-31" },
		{
			by: "its day, where the session could be mistaken",
			fields: { context: { sessionId: "a|b" } },
			slice: "2026-01-31",
		},
		{
			by: "its day, where the session is a novel",
			fields: { context: { sessionId: "s".repeat(101) } },
			slice: "2026-01-31",
		},
		{ by: "its day, where the session is nothing", fields: { context: { sessionId: " " } }, slice: "2026-01-31" },
		{
			by: "its day, where the session is no whole number",
			fields: { context: { sessionId: 0.5 } },
			slice: "2026-01-31",
		},
	])("is named by $by", ({ fields, slice }) => {
		expect(tablet(fields)).toEqual([`anonymous_id:tablet|${slice}`]);
	});

	it("cuts no other namespace", () => {
		expect(tablet({ userId: "ada", context: { sessionId: 7 } })).toEqual(["user_id:ada", "anonymous_id:tablet|7"]);
	});

	it("is blocked by its whole value", () => {
		expect(said({ anonymousId: "till-7", userId: "ada" }, rules)).toEqual(["user_id:ada"]);
	});

	it("takes an alias to it, in its slice", () => {
		const fields = { type: "alias", anonymousId: "phone", previousId: "tablet", context: { sessionId: 7 } } as const;
		expect(
			said(fields, { ...rules, identifiers: rules.identifiers.map((type) => ({ ...type, unique: true })) }),
		).toEqual(["anonymous_id:phone|7", "anonymous_id:tablet|7"]);
	});
});
