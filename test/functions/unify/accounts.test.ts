import { describe, expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { violationFound } from "#contracts/bus/violation-found.ts";
import { accountAnswer, accountMembersAnswer } from "#contracts/http/accounts.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { anAdminApi } from "../admin/ask.ts";
import { anEnvelope, anEvent, anonymousId, type Pass, userId } from "./pass.ts";
import { passOpener } from "./pass-opener.ts";

const open = passOpener();

const at = (minute: number) => new Date(Date.UTC(2026, 0, 30, 10, minute)).toISOString();
const groups = (groupId: string, fields: Partial<CollectedEvent> & { at?: string } = {}) =>
	anEvent({ type: "group", userId: "ada", groupId, ...fields });

/** The admin API over what the pass wrote. */
function over({ accounts, fragments, identities, vault, memberships, profileOf }: Pass) {
	const { ask } = anAdminApi({ accounts, fragments, identities, vault, memberships, profiles: { read: profileOf } });
	return {
		ask,
		account: async (groupId: string, query: Record<string, string> = {}) =>
			accountAnswer.strict().parse((await ask(`GET /v1/accounts/${groupId}`, { query })).body),
		members: async (groupId: string, query: Record<string, string> = {}) =>
			accountMembersAnswer.strict().parse((await ask(`GET /v1/accounts/${groupId}/members`, { query })).body),
		accountsOf: async (reference: string) => {
			const { body } = await ask(`GET /v1/profiles/${reference}`, { query: { include: "accounts" } });
			return profileAnswer.strict().parse(body).accounts;
		},
	};
}

async function idOf(pass: Pass, user: string): Promise<string | undefined> {
	return (await pass.profile(userId(user)))?.profileId;
}

/** Counts the transactions that write memberships, and what is read to know them. */
function counting() {
	const counts = { joins: 0, looks: 0 };
	const wrap = (items: ItemStore): ItemStore => ({
		...items,
		transact(writes) {
			if (writes.some((write) => write.kind !== "put" || write.item.pk.startsWith("A#"))) counts.joins++;
			return items.transact(writes);
		},
		get(key) {
			if (key.sk.startsWith("A#")) counts.looks++;
			return items.get(key);
		},
	});
	return { counts, wrap };
}

describe("group calls", () => {
	it("tell of the account, and of nobody who makes them", async () => {
		const pass = open();
		const traits = { name: "Acme", employees: 40, email: "info@acme.example" };
		await pass.take(anEnvelope([groups("acme", { traits, at: at(1) }), groups("acme", { at: at(2) })]));
		expect(await over(pass).account("acme")).toEqual({
			groupId: "acme",
			traits,
			firstSeen: at(1),
			lastSeen: at(2),
		});
		const ada = await pass.profile(userId("ada"));
		expect(ada).toMatchObject({ traits: {}, eventCount: 2 });
		expect(ada?.identifiers.map(({ namespace }) => namespace)).toEqual(["user_id"]);
	});

	it("say of each trait which call said it", async () => {
		const pass = open();
		const call = groups("acme", { traits: { plan: "gold" }, at: at(1) });
		await pass.take(anEnvelope([call]));
		expect(await over(pass).account("acme", { include: "provenance" })).toMatchObject({
			provenance: { plan: { at: at(1), messageId: call.messageId, source: "web" } },
		});
	});

	it("are no evidence that their members are one person", async () => {
		const pass = open();
		await pass.take(
			anEnvelope(["ada", "bob"].map((user) => groups("acme", { userId: user, context: { groupId: "acme" } }))),
		);
		const ids = [await idOf(pass, "ada"), await idOf(pass, "bob")];
		expect(new Set(ids).size).toBe(2);
		const { members } = await over(pass).members("acme");
		expect(members.map(({ profileId }) => profileId).sort()).toEqual(ids.sort());
	});

	it("show a person's accounts with their traits, the last joined first", async () => {
		const pass = open();
		await pass.take(
			anEnvelope([
				groups("acme", { traits: { name: "Acme" }, at: at(1) }),
				groups("umbrella", { traits: { name: "Umbrella" }, at: at(2) }),
				groups("acme", { userId: "bob", traits: { plan: "gold" }, at: at(3) }),
			]),
		);
		expect(await over(pass).accountsOf("user_id:ada")).toEqual([
			{ groupId: "umbrella", since: at(2), traits: { name: "Umbrella" } },
			{ groupId: "acme", since: at(1), traits: { name: "Acme", plan: "gold" } },
		]);
		expect(await over(pass).accountsOf("user_id:bob")).toMatchObject([{ groupId: "acme", since: at(3) }]);
	});

	it("list a person once who is a member by two identifiers that became one", async () => {
		const pass = open();
		await pass.take(
			anEnvelope([
				anEvent({ type: "group", anonymousId: "phone", groupId: "acme", at: at(5) }),
				groups("acme", { at: at(7) }),
			]),
		);
		expect((await over(pass).members("acme")).members).toHaveLength(2);
		await pass.take(anEnvelope([anEvent({ userId: "ada", anonymousId: "phone", at: at(9) })]));
		expect(await over(pass).members("acme")).toEqual({
			members: [{ profileId: await idOf(pass, "ada"), since: at(5) }],
		});
		expect(await over(pass).accountsOf("anonymous_id:phone")).toMatchObject([{ groupId: "acme", since: at(5) }]);
	});

	it("end the same whatever order they come in, and however often", async () => {
		const calls = [
			groups("acme", { traits: { plan: "free", size: 1 }, at: at(1) }),
			groups("acme", { traits: { plan: "gold" }, at: at(3) }),
			groups("acme", { userId: "bob", traits: { plan: "silver", city: "Ghent" }, at: at(2) }),
			groups("acme", { userId: "bob", traits: { city: null }, at: at(4) }),
			groups(" acme ", { userId: "bob", at: at(0) }),
		];
		const told = async (...batches: CollectedEvent[][]) => {
			const pass = open();
			for (const batch of batches) expect(await pass.take(anEnvelope(batch))).toEqual([]);
			const { account, members, accountsOf } = over(pass);
			const fragments = await pass.fragments.load(
				Array.from(
					"0123456789abcdef",
					(digit) => `${pass.vault.seedId({ namespace: "group_id", value: "acme" })}#${digit}` as never,
				),
			);
			return {
				account: await account("acme", { include: "traits,provenance" }),
				members: await members("acme"),
				bobs: await accountsOf("user_id:bob"),
				calls: fragments.reduce((sum, { eventCount }) => sum + eventCount, 0),
			};
		};
		const expected = await told(calls);
		expect(expected).toMatchObject({
			account: { traits: { plan: "gold", size: 1 }, firstSeen: at(0), lastSeen: at(4) },
			bobs: [{ since: at(0) }],
			calls: 5,
		});
		expect(await told(...calls.map((call) => [call]))).toEqual(expected);
		expect(await told(...calls.toReversed().map((call) => [call]))).toEqual(expected);
		expect(await told(calls.toReversed(), calls, calls.slice(2))).toEqual(expected);
	});

	it("write a membership once, and look for it once", async () => {
		const { counts, wrap } = counting();
		const pass = open({ wrap });
		await pass.take(anEnvelope([groups("acme", { at: at(1) }), groups("acme", { at: at(2) })]));
		await pass.take(anEnvelope([groups("acme", { at: at(3) })]));
		expect(counts).toEqual({ joins: 1, looks: 1 });
		await pass.take(anEnvelope([groups("acme", { at: at(0) })]));
		expect(counts).toEqual({ joins: 2, looks: 2 });
	});

	it("come again when the account could not be written, and count once all the same", async () => {
		let isDown = true;
		const wrap = (items: ItemStore): ItemStore => ({
			...items,
			transact: async (writes) => {
				if (isDown && writes.some((write) => write.kind === "put" && write.item.pk.startsWith("A#"))) {
					throw new Error("acme is not to be read in a log");
				}
				return items.transact(writes);
			},
		});
		const pass = open({ wrap });
		const envelopes = [
			anEnvelope([groups("acme", { traits: { plan: "gold" }, at: at(1) })]),
			anEnvelope([anEvent({ userId: "bob" })]),
		];
		expect(await pass.take(...envelopes)).toEqual([0]);
		expect(JSON.stringify(pass.log.lines)).toContain("group calls could not be taken");
		expect(JSON.stringify(pass.log.lines)).not.toContain("acme");
		isDown = false;
		expect(await pass.take(...envelopes)).toEqual([]);
		expect((await over(pass).members("acme")).members).toHaveLength(1);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 1 });
	});

	it.each([
		{ groupId: "g".repeat(501), kind: "group_id_too_long" },
		{ groupId: "x".repeat(10_240), kind: "group_id_too_long" },
		{ groupId: "null", kind: "group_id_blocked" },
		{ groupId: "0", kind: "group_id_blocked" },
	])("count for their sender alone when the group is none ($kind)", async ({ groupId, kind }) => {
		const pass = open();
		expect(await pass.take(anEnvelope([groups(groupId, { traits: { plan: "gold" } })]))).toEqual([]);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 1 });
		expect(await over(pass).accountsOf("user_id:ada")).toEqual([]);
		const [told] = pass.told.filter(({ detailType }) => detailType === "ViolationFound");
		expect(violationFound.parse(told?.detail).violations).toMatchObject([
			{ kind, path: "groupId", outcome: "omitted" },
		]);
		expect(JSON.stringify(told)).not.toContain(groupId.slice(0, 400) || groupId);
	});

	it("keep no trait that is too large", async () => {
		const pass = open();
		await pass.take(anEnvelope([groups("acme", { traits: { bio: "x".repeat(2000), plan: "gold" } })]));
		expect(await over(pass).account("acme")).toMatchObject({ traits: { plan: "gold" } });
		expect(JSON.stringify(pass.told)).toContain("trait_too_large");
	});
});

describe("GET /v1/accounts", () => {
	it("takes a group's id with slashes, and pages its members", async () => {
		const pass = open();
		const users = Array.from({ length: 25 }, (_, i) => `u-${i}`);
		await pass.take(anEnvelope(users.map((user) => groups("eu/acme", { userId: user, anonymousId: `a-${user}` }))));
		const { account, members } = over(pass);
		expect(await account("eu/acme")).toMatchObject({ groupId: "eu/acme" });
		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await members("eu/acme", { limit: "10", ...(cursor !== undefined && { cursor }) });
			expect(page.members.length).toBeLessThanOrEqual(10);
			seen.push(...page.members.map(({ profileId }) => profileId));
			cursor = page.cursor;
		} while (cursor !== undefined);
		expect(seen).toHaveLength(25);
		expect(seen.sort()).toEqual((await Promise.all(users.map((user) => idOf(pass, user)))).sort());
	});

	it.each([
		{ path: "nobody", status: 404, code: "not_found" },
		{ path: "nobody/members", status: 404, code: "not_found" },
		{ path: "g".repeat(501), status: 400, code: "bad_group_id" },
		{ path: `${"g".repeat(501)}/members`, status: 400, code: "bad_group_id" },
		{ path: "null", status: 400, code: "bad_group_id" },
	])("answers $status for what is no account ($code)", async ({ path, status, code }) => {
		const answer = await over(open()).ask(`GET /v1/accounts/${path}`);
		expect(answer).toMatchObject({ status, body: { code } });
	});

	it("answers an account by its blanks' neighbour, and no person's identifier as one", async () => {
		const pass = open();
		await pass.take(anEnvelope([groups("acme"), anEvent({ anonymousId: "lone" })]));
		expect(await over(pass).account("acme%20".replace("%20", " "))).toMatchObject({ groupId: "acme" });
		expect((await over(pass).ask("GET /v1/accounts/lone")).status).toBe(404);
		expect(await pass.profile(anonymousId("acme"))).toBeUndefined();
	});
});
