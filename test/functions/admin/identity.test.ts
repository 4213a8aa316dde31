import { describe, expect, it } from "vitest";
import { explainAnswer, identityAnswer } from "#contracts/http/identity.ts";
import { reportAnswer } from "#contracts/http/identity-report.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { HealthKind, IdentityHealth, JournalEntry } from "#domain/unify/ports.ts";
import { graphOf } from "#test/support/graph-of.ts";
import { evidence, LOYAL, openVault } from "#test/support/identity.ts";
import { anAdminApi, recordingSql, seed } from "./ask.ts";

const at = (time: string) => `2026-01-01T${time}:00.000Z`;
const SHARED = evidence([
	["u:ada", "a:tablet", at("10:00")],
	["u:ada", "e:ada@example.com", at("10:30")],
	["u:bob", "a:tablet", at("11:00")],
	["u:bob/identity", "a:desk", at("12:00")],
]);

const ENTRY: JournalEntry = {
	journalId: "u:ada.2",
	at: at("10:31"),
	cause: { kind: "decision", decision: "allow", by: "admin-token", reason: "she called", about: ["u:ada" as SeedId] },
	edges: [],
	from: [{ id: "e:ada@example.com" as SeedId, members: ["e:ada@example.com" as SeedId] }],
	to: [{ id: "u:ada" as SeedId, members: ["a:tablet", "e:ada@example.com", "u:ada"] as SeedId[] }],
};

function open({ rules = LOYAL, listed = {} }: { rules?: object; listed?: { [kind in HealthKind]?: string[] } } = {}) {
	const health: IdentityHealth = {
		list: async (kind, { cursor = "0" } = {}) => {
			const ids = (listed[kind] ?? []) as SeedId[];
			const from = Number(cursor);
			return { ids: ids.slice(from, from + 100), ...(from + 100 < ids.length && { cursor: `${from + 100}` }) };
		},
	};
	const sql = recordingSql([[seed("1")], [seed("2")]]);
	const api = anAdminApi({
		definitions: { current: async () => ({ identity: rules }) as never },
		vault: openVault,
		identities: graphOf(SHARED, LOYAL) as never,
		journal: { entries: async () => ({ entries: [ENTRY] }), entry: async () => undefined },
		health,
		sql,
	});
	return { ...api, sql };
}

describe("GET /v1/profiles/…/identity", () => {
	it("answers who it is, by which evidence, in which state, and how it came to be", async () => {
		const { status, body } = await open().ask("GET /v1/profiles/email:ADA@example.com/identity");
		expect(status).toBe(200);
		const answer = identityAnswer.strict().parse(body);
		expect(answer).toMatchObject({
			profileId: "u:ada",
			state: { contested: true, saturated: false, pending: false, rulesVersion: 0, rulesInForce: 0, identifiers: 3 },
			linksLeftOut: 0,
			journal: [
				{
					journalId: "u:ada.2",
					words: "the profile got 2 identifiers because admin-token decided allow: she called",
				},
			],
		});
		expect(answer.identifiers.map(({ value, peers }) => [value, peers])).toEqual([
			["tablet", 2],
			["ada@example.com", 1],
			["ada", 2],
		]);
		expect(answer.links.find(({ isFollowed }) => !isFollowed)).toMatchObject({
			a: { namespace: "anonymous_id", value: "tablet" },
			b: { namespace: "user_id", value: "bob" },
			messageId: "m a:tablet u:bob",
			source: "web",
			why: { code: "two_of_unique", words: "it would put two user ids, ada and bob, into one person" },
			otherProfileId: "u:bob",
		});
	});

	it("says that a profile was drawn by older rules", async () => {
		const { body } = await open({ rules: { ...LOYAL, version: 3 } }).ask("GET /v1/profiles/user_id:ada/identity");
		expect(body.state).toMatchObject({ pending: true, rulesVersion: 0, rulesInForce: 3 });
	});

	it("reads again what changed while it was read", async () => {
		const graph = graphOf(SHARED, LOYAL);
		let calls = 0;
		const { ask } = anAdminApi({
			definitions: { current: async () => ({ identity: LOYAL }) as never },
			vault: openVault,
			identities: {
				...graph,
				records: async (ids: readonly SeedId[]) => (++calls === 1 ? [] : graph.records(ids)),
			} as never,
			journal: { entries: async () => ({ entries: [] }), entry: async () => undefined },
		});
		expect(await ask("GET /v1/profiles/user_id:ada/identity")).toMatchObject({ status: 200 });
		expect(calls).toBeGreaterThan(1);
	});

	it("is asked about a value that ends so itself by saying it twice", async () => {
		const { body } = await open().ask("GET /v1/profiles/user_id:bob/identity/identity");
		expect(body).toMatchObject({ profileId: "u:bob/identity", state: { identifiers: 2 } });
	});

	it("is not asked where a blank stands behind it: that is the profile of the value", async () => {
		const read: string[] = [];
		const { ask } = anAdminApi({
			definitions: { current: async () => ({ identity: LOYAL }) as never },
			vault: openVault,
			profiles: { read: async (id) => void read.push(id) as undefined },
		});
		expect((await ask("GET /v1/profiles/user_id:bob/identity\u00a0")).status).toBe(404);
		expect(read).toEqual(["u:bob/identity"]);
	});

	it.each([
		{ path: "user_id:nobody/identity", status: 404, code: "not_found" },
		{ path: "nonsense/identity", status: 400, code: "bad_identifier" },
		{ path: "user_id:ada/identity?limit=0", status: 400, code: "bad_request" },
	])("answers $status to $path", async ({ path, status, code }) => {
		const [line = "", query] = path.split("?");
		const sent = query ? { query: Object.fromEntries(new URLSearchParams(query)) } : {};
		expect(await open().ask(`GET /v1/profiles/${line}`, sent)).toMatchObject({ status, body: { code } });
	});
});

describe("GET /v1/identity/explain", () => {
	const explain = (a: string, b: string) => open().ask("GET /v1/identity/explain", { query: { a, b } });

	it("answers the chain of evidence, for programs and in words", async () => {
		const { status, body } = await explain("email:ada@example.com", "anonymous_id:tablet");
		expect(status).toBe(200);
		expect(explainAnswer.strict().parse(body)).toMatchObject({
			answer: "one_person",
			a: { namespace: "email", profileId: "u:ada" },
			b: { namespace: "anonymous_id", profileId: "u:ada" },
			chain: [{ isFollowed: true }, { isFollowed: true }],
			words: [
				"email ada@example.com and user_id ada were seen together first on 2026-01-01 10:30 (event m e:ada@example.com u:ada from web)",
				"user_id ada and anonymous_id tablet were seen together first on 2026-01-01 10:00 (event m a:tablet u:ada from web)",
			],
		});
	});

	it("answers where the chain between two people breaks off", async () => {
		const { body } = await explain("user_id:ada", "user_id:bob");
		expect(body).toMatchObject({
			answer: "two_people",
			chain: [{ isFollowed: true }, { isFollowed: false, why: { code: "two_of_unique" } }],
		});
	});

	it.each([
		{ a: "nonsense", b: "user_id:bob", status: 400, code: "bad_identifier", detail: /^a must be an identifier/ },
		{ a: "user_id:ada", b: "nonsense", status: 400, code: "bad_identifier", detail: /^b must be an identifier/ },
		{ a: "user_id:ada", b: "user_id:nobody", status: 404, code: "not_found", detail: /^b: No profile/ },
	])("answers $status where $a and $b cannot be explained", async ({ a, b, status, code, detail }) => {
		const answer = await explain(a, b);
		expect(answer).toMatchObject({ status, body: { code, detail: expect.stringMatching(detail) } });
	});
});

describe("GET /v1/identity/report", () => {
	it("asks the archive for a bounded sample in the order of hashes, and answers figures and lists, the largest first", async () => {
		const { ask, sql } = open({ listed: { hub: ["a:tablet"], contested: ["u:bob", "u:ada"] } });
		const { status, body } = await ask("GET /v1/identity/report", { query: { sample: "2", days: "7" } });
		expect(status).toBe(200);
		expect(sql.asked).toEqual([
			"SELECT DISTINCT seed_id FROM events WHERE seed_id IS NOT NULL AND day >= '2026-10-02' ORDER BY seed_id LIMIT 3",
		]);
		expect(reportAnswer.strict().parse(body)).toMatchObject({
			sample: { isEverybody: true },
			hubs: { count: 1, isMore: false, examples: [{ id: "a:tablet", namespace: "anonymous_id", peers: 2 }] },
			saturated: { count: 0, examples: [] },
			contested: {
				count: 2,
				examples: [
					{ id: "u:ada", identifiers: 3 },
					{ id: "u:bob", identifiers: 1 },
				],
			},
		});
	});

	it("names nobody's values unless it is asked to", async () => {
		const { ask } = open({ listed: { contested: ["u:ada"] } });
		const examples = async (query: Record<string, string>) => {
			const { body } = await ask("GET /v1/identity/report", { query });
			return reportAnswer.parse(body).contested.examples;
		};
		expect(await examples({})).toEqual([{ id: "u:ada", namespace: "user_id", identifiers: 3 }]);
		expect(await examples({ values: "true" })).toMatchObject([{ value: "ada" }]);
	});

	it("counts to a thousand and says that there are more", async () => {
		const many = Array.from({ length: 1200 }, (_, i) => `a:${i}`);
		const { body } = await open({ listed: { hub: many } }).ask("GET /v1/identity/report");
		expect(body.hubs).toMatchObject({ count: 1000, isMore: true });
	});
});
