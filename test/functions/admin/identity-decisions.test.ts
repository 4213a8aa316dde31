import { afterEach, describe, expect, it } from "vitest";
import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { decisionAnswer } from "#contracts/http/identity.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import { grantedStore } from "../../support/granted-store.ts";
import { faulty } from "../unify/faulty-store.ts";
import { anEnvelope, anEvent, anonymousId, aPass, aWorkspace, type Pass, userId } from "../unify/pass.ts";
import { anAdminApi, seed } from "./ask.ts";

const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
const BUYERS = { id: "buyers", when: { event: "Order Completed", where: [], atLeast: 3 }, ...applied };
const workspace = aWorkspace({ segments: [BUYERS] });

const now = () => new Date("2026-01-31T13:00:00.000Z");
const order = (ids: object) => anEvent({ event: "Order Completed", ...ids });

const opened: Pass[] = [];
afterEach(() => {
	for (const pass of opened.splice(0)) pass.close();
});

/** Two orders on a phone, then two of Ada, who signs in on it: together they make her a buyer. Bob signs in on it later. */
async function aShop() {
	const pass = aPass({ workspace });
	opened.push(pass);
	await pass.take(anEnvelope([order({ anonymousId: "phone" }), order({ anonymousId: "phone" })]));
	await pass.take(
		anEnvelope([
			order({ userId: "ada" }),
			order({ userId: "ada", anonymousId: "phone" }),
			order({ userId: "bob", anonymousId: "phone", at: "2026-01-30T13:00:00.000Z" }),
		]),
	);
	return pass;
}

function anOffice(pass: Pass, store: ItemStore = pass.items) {
	const items = grantedStore("admin/serve-admin-api", store);
	const identities = itemIdentityGraph({ items, vault: pass.vault, now });
	const fragments = itemFragments({ items });
	let names = 0;
	return anAdminApi({
		definitions: { current: async () => workspace },
		vault: pass.vault,
		identities,
		journal: itemIdentityJournal({ items }),
		blocked: itemBlockedIdentifiers({ items }),
		profiles: { read: (id) => readProfile(id, { graph: identities, fragments }) },
		memberships: itemMemberships({ items, now }),
		newId: () => `said-${++names}`,
		pause: async () => {},
		now,
	});
}

const buyers = async (pass: Pass): Promise<string[]> => {
	const { members } = await pass.memberships.membersOf("buyers");
	return members.map(({ profileId }) => profileId);
};

/** Of different people in no order that means something. */
const news = (pass: Pass): string[] =>
	pass
		.outbox()
		.map(({ detailType }) => detailType)
		.filter((type) => type.startsWith("Segment"))
		.sort();

const DENY = { a: "user_id:ada", b: "anonymous_id:phone", reason: "two sisters" };

describe("POST /v1/identity/deny, allow, undo", () => {
	it("parts two identifiers, says what changed, and tells at once who is in which segment now", async () => {
		const pass = await aShop();
		const [ada, bob] = [pass.vault.seedId(userId("ada")), pass.vault.seedId(userId("bob"))];
		expect(await buyers(pass)).toEqual([ada]);

		const { status, body } = await anOffice(pass).ask("POST /v1/identity/deny", { body: DENY });
		expect(status).toBe(200);
		const answer = decisionAnswer.strict().parse(body);
		expect(answer).toMatchObject({ decision: "deny", split: [{ from: ada }] });
		expect(answer.profiles).toEqual(expect.arrayContaining([ada, bob]));
		// the phone, with its two orders, is Bob's now, who has one himself
		expect((await pass.profile(anonymousId("phone")))?.profileId).toBe(bob);
		expect(await buyers(pass)).toEqual([bob]);
		expect(news(pass)).toEqual(["SegmentEntered", "SegmentEntered", "SegmentExited"]);
	});

	it("gives everybody back what he had, when it is undone", async () => {
		const pass = await aShop();
		const before = await pass.profile(userId("ada"));
		const { ask } = anOffice(pass);
		const { body } = await ask("POST /v1/identity/deny", { body: DENY });
		const [journalId] = decisionAnswer.parse(body).journalIds;
		expect(await pass.profile(userId("ada"))).not.toEqual(before);

		expect(await ask("POST /v1/identity/undo", { body: { journalId } })).toMatchObject({ status: 200 });
		expect(await pass.profile(userId("ada"))).toEqual(before);
		expect(await buyers(pass)).toEqual([before?.profileId]);
	});

	it("writes down who decided and why", async () => {
		const pass = await aShop();
		const { ask } = anOffice(pass);
		const { body } = await ask("POST /v1/identity/deny", { body: DENY, as: "officer-7" });
		const [journalId = ""] = decisionAnswer.parse(body).journalIds;
		expect(await itemIdentityJournal(pass).entry(journalId)).toMatchObject({
			cause: { kind: "decision", decision: "deny", by: "officer-7", reason: "two sisters" },
		});
	});

	it("joins two whom nothing links, where the rules let them be one", async () => {
		const pass = await aShop();
		await pass.take(anEnvelope([order({ anonymousId: "laptop" })]));
		const body = { a: "user_id:ada", b: "anonymous_id:laptop" };
		expect(await anOffice(pass).ask("POST /v1/identity/allow", { body })).toMatchObject({
			status: 200,
			body: { merged: [{ retired: [pass.vault.seedId(anonymousId("laptop"))] }] },
		});
	});
});

describe("POST /v1/identity/block, unblock", () => {
	it("makes an identifier nobody's, and somebody's again", async () => {
		const pass = await aShop();
		const { ask } = anOffice(pass);
		const body = { identifier: "anonymous_id:phone" };
		expect((await ask("POST /v1/identity/block", { body })).status).toBe(200);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 2, aliases: [] });
		expect(await buyers(pass)).toEqual([]);
		expect((await ask("POST /v1/identity/unblock", { body })).status).toBe(200);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 4 });
		expect(await buyers(pass)).toHaveLength(1);
	});
});

describe("what cannot be decided", () => {
	it.each([
		{ path: "undo", body: { journalId: "nonsense" }, status: 404, code: "not_found", says: /no such entry/ },
		{ path: "deny", body: { a: "ada", b: "user_id:bob" }, status: 400, code: "bad_identifier", says: /^a must be/ },
		{
			path: "block",
			body: { identifier: `profile:${seed("f")}` },
			status: 404,
			code: "not_found",
			says: /^identifier: nothing was ever seen/,
		},
		{
			path: "deny",
			body: { a: "user_id:ada", b: "shoe_size:42" },
			status: 400,
			code: "unknown_namespace",
			says: /^b: the identity rules know no such namespace, only user_id, email/,
		},
		{
			path: "allow",
			body: { a: "user_id:ada", b: "user_id:bob" },
			status: 409,
			code: "without_effect",
			says: /^Nothing was changed: each of the two has a value of its own/,
		},
		{ path: "deny", body: { a: "user_id:ada" }, status: 400, code: "bad_request", says: /body/ },
		{
			path: "deny",
			body: { ...DENY, reason: "x".repeat(501) },
			status: 400,
			code: "bad_request",
			says: /body/,
		},
	])("answers $status $code to $path $body", async ({ path, body, status, code, says }) => {
		const pass = await aShop();
		const answer = await anOffice(pass).ask(`POST /v1/identity/${path}`, { body });
		expect(answer).toMatchObject({ status, body: { code, detail: expect.stringMatching(says) } });
		expect(news(pass)).toEqual(["SegmentEntered"]);
	});

	it("takes an identifier nobody saw yet: the decision stands for when it comes", async () => {
		const pass = await aShop();
		const body = { a: "user_id:ada", b: "anonymous_id:tablet" };
		expect((await anOffice(pass).ask("POST /v1/identity/deny", { body })).status).toBe(200);
		await pass.take(anEnvelope([order({ userId: "ada", anonymousId: "tablet" })]));
		expect((await pass.profile(anonymousId("tablet")))?.profileId).toBe(pass.vault.seedId(anonymousId("tablet")));
	});
});

describe("a decision whose request fails on its way", () => {
	it.each(["before", "after"] as const)(
		"is in force and told once, when it is sent again after a fault %s any call to the store",
		async (when) => {
			for (let at = 1; ; at++) {
				const pass = await aShop();
				let call = 0;
				const once = faulty(pass.items, () => (++call === at ? when : "never"));
				const { ask } = anOffice(pass, once);
				const first = await ask("POST /v1/identity/deny", { body: DENY });
				if (call < at) {
					expect(at).toBeGreaterThan(10);
					return expect(first.status).toBe(200);
				}
				expect(first.status).toBe(500);
				const { status } = await ask("POST /v1/identity/deny", { body: DENY });
				expect([200, 409]).toContain(status);
				expect(await buyers(pass)).toEqual([pass.vault.seedId(userId("bob"))]);
				expect(news(pass)).toEqual(["SegmentEntered", "SegmentEntered", "SegmentExited"]);
				pass.close();
				opened.length = 0;
			}
		},
		60_000,
	);
});
