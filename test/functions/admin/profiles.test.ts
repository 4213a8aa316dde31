import { describe, expect, it } from "vitest";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import type { Membership } from "#domain/model/membership.ts";
import { anAdminApi, aProfile, NOW, recordingSql, seed } from "./ask.ts";

const vault = identifierVault(Buffer.alloc(32, 7));
const ADA = vault.seedId({ namespace: "email", value: "ada@example.com" });
const at = (day: number) => `2026-10-0${day}T00:00:00.000Z`;

const ada = aProfile({
	profileId: seed("a"),
	aliases: [seed("b"), ADA],
	identifiers: [{ namespace: "email", value: "ada@example.com", firstSeen: at(1), lastSeen: at(2), sources: ["web"] }],
	traits: {
		plan: { value: { tier: "gold" }, at: at(2), messageId: "m2", source: "web" },
		tier: {
			value: "silver",
			...{ at: at(1), messageId: "m1", source: "portal" },
			declared: true,
			rule: { strategy: "source_priority", definition: "tier", version: 3 },
		},
		orders: { value: 4, rule: { compute: "count", definition: "orders-30d", version: 1 } },
	},
	eventCount: 7,
	firstSeen: at(1),
	lastSeen: at(2),
});

const membership = (over: Partial<Membership>): Membership => ({
	profileId: ada.profileId,
	segmentId: "gold",
	state: "entered",
	version: 1,
	at: at(3),
	segmentVersion: 1,
	cause: { kind: "event" },
	...over,
});

const ROW = ["m1", "track", "It's", null, "web", "u-1", null, at(1), at(2), '{"total":1}', null, ADA];

function open(rows: readonly (typeof ROW)[] = []) {
	const sql = recordingSql(rows);
	const memberships = [membership({}), membership({ segmentId: "left", state: "exited", at: at(5) })];
	const api = anAdminApi({
		vault,
		sql,
		profiles: { read: async (id) => ([ADA, ada.profileId].includes(id) ? ada : undefined) },
		memberships: { of: async () => memberships },
	});
	return { ...api, sql };
}

describe("GET /v1/profiles", () => {
	it("answers what is known of whoever has the identifier", async () => {
		const { status, headers, body } = await open().ask("GET /v1/profiles/email:ada@example.com");
		expect(status).toBe(200);
		expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
		expect(profileAnswer.strict().parse(body)).toEqual({
			profileId: ada.profileId,
			aliases: [seed("b"), ADA],
			identifiers: ada.identifiers,
			traits: { plan: { tier: "gold" }, tier: "silver", orders: 4 },
			segments: [{ id: "gold", enteredAt: at(3), nextChangeAt: null }],
			eventCount: 7,
			firstSeen: at(1),
			lastSeen: at(2),
			updatedAt: at(5),
		});
	});

	it.each([`profile:${seed("a")}`, `profile:${ADA}`, "email: ADA@Example.com "])(
		"finds the same one by %s",
		async (reference) => {
			const { body } = await open().ask(`GET /v1/profiles/${reference.replaceAll(" ", "\u00a0")}`);
			expect(body.profileId).toBe(ada.profileId);
		},
	);

	it.each<{ include: string; parts: string[] }>([
		{ include: "traits", parts: ["traits"] },
		{ include: "segments,identifiers", parts: ["identifiers", "segments"] },
		{ include: "provenance", parts: ["provenance"] },
	])("answers $parts for include=$include", async ({ include, parts }) => {
		const { body } = await open().ask("GET /v1/profiles/email:ada@example.com", { query: { include } });
		const always = ["profileId", "aliases", "eventCount", "firstSeen", "lastSeen", "updatedAt"];
		expect(Object.keys(body).sort()).toEqual([...always, ...parts].sort());
	});

	it("says of each trait which event said it, whether the person does, and by which rule it stands", async () => {
		const { body } = await open().ask("GET /v1/profiles/email:ada@example.com", { query: { include: "provenance" } });
		expect(profileAnswer.strict().parse(body).provenance).toEqual({
			plan: {
				...{ at: at(2), messageId: "m2", source: "web" },
				...{ declared: false, computed: false },
				rule: { strategy: "last", definition: null, version: 0 },
			},
			tier: {
				...{ at: at(1), messageId: "m1", source: "portal" },
				...{ declared: true, computed: false },
				rule: { strategy: "source_priority", definition: "tier", version: 3 },
			},
			orders: {
				...{ declared: false, computed: true },
				rule: { compute: "count", definition: "orders-30d", version: 1 },
			},
		});
	});

	it("asks the archive for the events of every id that ever led here, of the last 90 days", async () => {
		const { ask, sql } = open([ROW]);
		const { body } = await ask("GET /v1/profiles/email:ada@example.com", { query: { include: "events" } });
		expect(body.events).toEqual([
			{
				messageId: "m1",
				type: "track",
				event: "It's",
				source: "web",
				userId: "u-1",
				timestamp: at(1),
				receivedAt: at(2),
				properties: { total: 1 },
			},
		]);
		expect(sql.asked).toHaveLength(1);
		expect(sql.asked[0]).toContain(`seed_id IN ('${ada.profileId}', '${seed("b")}', '${ADA}') AND day >= '2026-07-11'`);
		expect(NOW.slice(0, 10)).toBe("2026-10-09");
	});

	it.each<{ path: string; status: number; code: string }>([
		{ path: "email:nobody@example.com", status: 404, code: "not_found" },
		{ path: `profile:${seed("f")}`, status: 404, code: "not_found" },
		{ path: "profile:' OR 1=1", status: 400, code: "bad_identifier" },
		{ path: "ada@example.com", status: 400, code: "bad_identifier" },
		{ path: "email:no-address", status: 400, code: "bad_identifier" },
		{ path: "Email:ada@example.com", status: 400, code: "bad_identifier" },
		{ path: "user_id:", status: 400, code: "bad_identifier" },
	])("answers $status $code for $path", async ({ path, status, code }) => {
		const answer = await open().ask(`GET /v1/profiles/${path.replaceAll(" ", "\u00a0")}`);
		expect(answer).toMatchObject({ status, body: { status, code } });
		expect(answer.headers["content-type"]).toBe("application/problem+json");
	});

	it("answers 400 with the place for an include that is none", async () => {
		const { status, body } = await open().ask("GET /v1/profiles/email:ada@example.com", {
			query: { include: "traits,secrets" },
		});
		expect(status).toBe(400);
		expect(body.problems).toEqual([{ path: "include.1", message: expect.stringContaining("identifiers") }]);
	});
});
