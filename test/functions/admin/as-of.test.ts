import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { toArchiveRow } from "#domain/archive/to-archive-row.ts";
import type { Identifier, SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { JournalEntry } from "#domain/unify/ports.ts";
import { graphOf } from "#test/support/graph-of.ts";
import { anEvent, anonymousId, aWorkspace, userId } from "../unify/pass.ts";
import { anAdminApi, recordingSql } from "./ask.ts";

const vault = identifierVault(Buffer.alloc(32, 7));
const idOf = (identifier: Identifier): SeedId => vault.seedId(identifier);
const [ADA, PHONE] = [idOf(userId("ada")), idOf(anonymousId("phone"))];
const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;

const workspace = aWorkspace({
	sources: [{ id: "web", keys: [], trackingPlan: "shop", version: 1, appliedAt: at(1) } as never],
	trackingPlans: [
		{
			...{ id: "shop", events: { Order: { properties: { total: { required: true, type: "number" } } } } },
			...{ unplannedEvent: "block", unplannedProperty: "allow", violation: "block", version: 1, appliedAt: at(1) },
		} as never,
	],
});

/** The phone was alone until the fourth, then Ada's. */
const ENTRY: JournalEntry = {
	journalId: `${ADA}.1`,
	at: at(4),
	cause: { kind: "event", messageId: "m-1", source: "web" },
	edges: [],
	from: [{ id: PHONE, members: [PHONE] }],
	to: [{ id: ADA, members: [ADA, PHONE].sort() }],
};

/** A row as the archive answers it: the columns in the order asked for, times as ISO 8601. */
function rowOf(event: ReturnType<typeof anEvent>, seedId: SeedId, asked: string): Json[] {
	const row: Readonly<Record<string, Json>> = toArchiveRow({ event: { ...event, source: "web" }, seedId });
	const columns = /^SELECT (.*?) FROM/.exec(asked)?.[1]?.replaceAll('"', "").split(", ") ?? [];
	expect(columns).toContain("seed_id");
	return columns.map((column) => {
		const value = row[column] ?? null;
		return /timestamp|_at$/.test(column) && typeof value === "string" ? `${value.replace(" ", "T")}Z` : value;
	});
}

function open(events: readonly (readonly [event: ReturnType<typeof anEvent>, seedId: SeedId])[]) {
	const nodes = [
		{ id: ADA, ...userId("ada"), firstSeen: at(4) },
		{ id: PHONE, ...anonymousId("phone"), firstSeen: at(1) },
	];
	const [a = ADA, b = PHONE] = [ADA, PHONE].sort();
	const sql = recordingSql();
	const api = anAdminApi({
		definitions: { current: async () => workspace },
		vault,
		identities: graphOf({ nodes, edges: [{ a, b, firstSeen: at(4) }] }, workspace.identity) as never,
		journal: { entries: async () => ({ entries: [ENTRY] }), entry: async () => undefined },
		hashOf: messageHash,
		sql: {
			query: async (asked) => {
				const { columns, scannedBytes } = await sql.query(asked);
				return { columns, scannedBytes, rows: events.map(([event, seedId]) => rowOf(event, seedId, asked)) };
			},
		},
	});
	const ask = (identifier: string, asOf: string, include = "traits,identifiers,provenance,segments") =>
		api.ask(`GET /v1/profiles/${identifier}`, { query: { asOf, include } });
	return { ask, sql };
}

const said = (messageId: string, day: number, tier: string, ids: object = { userId: "ada", anonymousId: "phone" }) =>
	anEvent({ type: "identify", messageId, at: at(day), traits: { tier }, ...ids });

describe("GET /v1/profiles/…?asOf=", () => {
	it("folds what the archive has of those who were one person then, without segments", async () => {
		const { ask, sql } = open([
			[said("m-2", 5, "gold"), ADA],
			[said("m-1", 4, "silver"), ADA],
			[anEvent({ type: "page", messageId: "m-0", at: at(1), anonymousId: "phone" }), PHONE],
		]);
		const { status, body } = await ask("anonymous_id:phone", "2026-01-05T12:00:00+02:00");
		expect(status).toBe(200);
		expect(profileAnswer.strict().parse(body)).toMatchObject({
			profileId: ADA,
			aliases: [PHONE],
			asOf: "2026-01-05T10:00:00.000Z",
			traits: { tier: "gold" },
			provenance: { tier: { messageId: "m-2", at: at(5) } },
			identifiers: [
				{ value: "phone", firstSeen: at(1), lastSeen: at(5) },
				{ value: "ada", firstSeen: at(4), lastSeen: at(5) },
			],
			eventCount: 3,
		});
		expect(body).not.toHaveProperty("segments");
		expect(sql.asked).toEqual([
			expect.stringMatching(
				/WHERE seed_id IN \('[^']+', '[^']+'\) AND quarantined IS NULL AND day <= '2026-01-05' AND received_at <= timestamp '2026-01-05 10:00:00.000' LIMIT 10001$/,
			),
		]);
	});

	it("asks only for who was one person then: before they met, the phone alone", async () => {
		const { ask, sql } = open([[anEvent({ type: "page", at: at(1), anonymousId: "phone" }), PHONE]]);
		const { body } = await ask("anonymous_id:phone", at(3));
		expect(body).toMatchObject({ profileId: PHONE, aliases: [], eventCount: 1 });
		expect(sql.asked[0]).toContain(`seed_id IN ('${PHONE}') AND`);
	});

	it("counts an event that the archive has twice once, and asks for none that broke its tracking plan", async () => {
		const order = (messageId: string, properties: object) =>
			[anEvent({ messageId, event: "Order", userId: "ada", at: at(4), properties: { ...properties } }), ADA] as const;
		const { ask, sql } = open([order("m-1", { total: 1 }), order("m-1", { total: 1 })]);
		expect((await ask("user_id:ada", at(6))).body).toMatchObject({ eventCount: 1 });
		expect(sql.asked[0]).toContain("AND quarantined IS NULL AND");
	});

	it("answers 404 for who was not known then", async () => {
		expect(await open([]).ask("user_id:ada", at(1))).toMatchObject({ status: 404, body: { code: "not_found" } });
		expect(await open([]).ask("user_id:nobody", at(1))).toMatchObject({ status: 404 });
	});

	it("answers 422 where there is more to fold than one look may take", async () => {
		const many = Array.from({ length: 10_001 }, (_, i) => [said(`m-${i}`, 4, "gold"), ADA] as const);
		expect(await open(many).ask("user_id:ada", at(6))).toMatchObject({
			status: 422,
			body: { code: "too_many_events", detail: expect.stringContaining("at most 10000 events") },
		});
	});

	it.each(["yesterday", "2026-01-05", "2026-13-01T00:00:00Z"])(
		"answers 400 to asOf=%s, and how to write it",
		async (time) => {
			expect(await open([]).ask("user_id:ada", time)).toMatchObject({
				status: 400,
				body: { problems: [{ path: "asOf", message: expect.stringContaining("2026-11-01T00:00:00Z") }] },
			});
		},
	);
});
