import { describe, expect, it } from "vitest";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { Identifier } from "#domain/model/identifier.ts";
import { aWorkspace } from "../unify/pass.ts";
import { anAdminApi, aProfile } from "./ask.ts";

const vault = identifierVault(Buffer.alloc(32, 7));
const sliced: IdentityRules = {
	id: "identity",
	identifiers: [{ namespace: "anonymous_id", unique: false, blocked: [], onShared: "time_sliced" }],
};

/** What is answered for a reference when there is but one identifier in the world. */
async function ask(reference: string, known: Identifier, rules: Partial<IdentityRules> = {}) {
	const id = vault.seedId(known);
	const { ask } = anAdminApi({
		vault,
		definitions: { current: async () => aWorkspace({ identity: { ...DEFAULT_IDENTITY, ...rules } }) },
		profiles: { read: async (asked) => (asked === id ? aProfile({ profileId: id }) : undefined) },
		memberships: { of: async () => [] },
	});
	return ask("GET /v1/profiles", { event: { rawPath: `/v1/profiles/${reference}` } }); // it may have blanks
}

describe("a profile's reference", () => {
	it.each<{ reference: string; known: Identifier; rules?: Partial<IdentityRules> }>([
		{ reference: "email:Ada@MÜNCHEN.de", known: { namespace: "email", value: "ada@xn--mnchen-3ya.de" } },
		{ reference: "email:mailto:ada@example.org", known: { namespace: "email", value: "ada@example.org" } },
		{ reference: "phone:+49 (0)30 1234567", known: { namespace: "phone", value: "+49301234567" } },
		{
			reference: "phone:030 1234567",
			known: { namespace: "phone", value: "+49301234567" },
			rules: { defaultCountry: "DE" },
		},
		{ reference: "user_id: Ada ", known: { namespace: "user_id", value: "Ada" } },
		{
			reference: "crm_id:ABC",
			known: { namespace: "crm_id", value: "abc" },
			rules: { identifiers: [{ namespace: "crm_id", unique: false, blocked: [], normaliser: "lower@v1" }] },
		},
		{
			reference: "anonymous_id: tablet |2026-01-31",
			known: { namespace: "anonymous_id", value: "tablet|2026-01-31" },
			rules: sliced,
		},
		{ reference: "anonymous_id:a|b", known: { namespace: "anonymous_id", value: "a|b" } },
	])("$reference is spelled as events' identifiers are", async ({ reference, known, rules }) => {
		expect(await ask(reference, known, rules)).toMatchObject({ status: 200 });
	});

	it("of a number whose country nobody says is none", async () => {
		const answer = await ask("phone:030 1234567", { namespace: "phone", value: "+49301234567" });
		expect(answer).toMatchObject({ status: 400, body: { code: "bad_identifier" } });
	});

	it("without the slice of an identifier that is cut into slices is answered with how to ask", async () => {
		const known = { namespace: "anonymous_id", value: "tablet|2026-01-31" };
		const { status, body } = await ask("anonymous_id:tablet", known, sliced);
		expect(status).toBe(404);
		expect(body.detail).toContain("anonymous_id:<value>|2026-01-31");
	});

	it.each([
		{ reference: "anonymous_id:tablet|2026-02-01", rules: sliced },
		{ reference: "anonymous_id:tablet", rules: {} },
	])("that nobody has is just not found: $reference", async ({ reference, rules }) => {
		const { status, body } = await ask(reference, { namespace: "anonymous_id", value: "phone" }, rules);
		expect(status).toBe(404);
		expect(body.detail).not.toContain("slice");
	});
});
