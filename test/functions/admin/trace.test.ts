import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { quarantineAnswer } from "#contracts/http/admin-quarantine.ts";
import { traceAnswer } from "#contracts/http/admin-trace.ts";
import type { LoggedDelivery } from "#domain/activate/log-entry.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Fragment } from "#domain/model/profile.ts";
import type { QuarantinedEvent } from "#domain/validate/ports.ts";
import { anAdminApi, aProfile, NOW, recordingSql } from "./ask.ts";

const vault = identifierVault(Buffer.alloc(32, 7));
const ADA = vault.seedId({ namespace: "user_id", value: "ada" });
const RECEIVED = "2026-10-09T08:10:00.000Z";
const HOUR = String(Math.floor(Date.parse(NOW) / 3_600_000));

const ROW = ["m'1", "track", "Order Completed", null, "web", "ada", null, RECEIVED, RECEIVED, null, null, ADA];
const event = {
	messageId: "m'1",
	type: "track",
	event: "Order Completed",
	source: "web",
	userId: "ada",
	timestamp: RECEIVED,
	receivedAt: RECEIVED,
	originalTimestamp: RECEIVED,
	sentAt: RECEIVED,
	context: {},
} as const;
const tipped = {
	segmentId: "gold",
	state: "entered",
	at: NOW,
	cause: { kind: "event", messageId: "m'1" },
} as unknown as Membership; // what the trace reads of it
const other = { ...tipped, segmentId: "old", cause: { kind: "event", messageId: "m-0" } } as Membership;
const delivery = {
	deliveryId: "dlv_1",
	destinationId: "crm",
	state: "delivered",
	updatedAt: NOW,
} as unknown as LoggedDelivery; // likewise

type Found = { archived?: boolean; live?: boolean; ring?: Fragment["ring"]; held?: QuarantinedEvent };

function open({ archived = true, live = false, ring = { [HOUR]: messageHash("m'1") }, held }: Found = {}) {
	const sql = recordingSql(archived ? [ROW] : []);
	const profile = aProfile({ profileId: ADA });
	const api = anAdminApi({
		sql,
		vault,
		hashOf: messageHash,
		recentEvents: { since: async () => ({ events: live ? [event] : [], cursor: "" }) },
		definitions: { current: async () => ({ identity: DEFAULT_IDENTITY }) as never }, // nothing else of it is read
		profiles: { read: async (id) => (id === ADA ? profile : undefined) },
		fragments: { load: async (ids) => ids.map((seedId) => ({ seedId, ring }) as Fragment) },
		memberships: { of: async () => [other, tipped] },
		quarantine: {
			list: async (day, page) => {
				if (day !== "2026-10-09" || !held) return { events: [] };
				// found on the second page only
				return page?.cursor
					? { events: [held] }
					: { events: [{ ...held, event: { ...held.event, messageId: "another" } }], cursor: "2" };
			},
		},
		deliveryLog: { ofMessage: async (messageId) => (messageId === "m'1" ? [delivery] : []) },
	});
	return { ...api, sql };
}

const stepsOf = async (found: Found) => {
	const { body } = await open(found).ask("GET /v1/trace/m'1");
	return traceAnswer.parse(body).steps;
};

describe("GET /v1/trace", () => {
	it("says of every step whether, when and what", async () => {
		expect(await stepsOf({})).toEqual([
			{ step: "collected", done: true, at: RECEIVED, detail: 'track "Order Completed" from web', links: [] },
			{ step: "archived", done: true, links: [] },
			{ step: "processed", done: true, at: RECEIVED, detail: "within the hour", links: [{ kind: "profile", id: ADA }] },
			{ step: "quarantined", done: false, links: [] },
			{ step: "segments", done: true, at: NOW, detail: "entered gold", links: [{ kind: "segment", id: "gold" }] },
			{
				step: "deliveries",
				done: true,
				at: NOW,
				detail: "delivered to crm",
				links: [{ kind: "delivery", id: "dlv_1" }],
			},
		]);
	});

	it("looks the message up as a text, within the days asked for", async () => {
		const { ask, sql } = open();
		await ask("GET /v1/trace/m'1", { query: { days: "2" } });
		expect(sql.asked).toEqual([expect.stringContaining("WHERE message_id = 'm''1' AND day >= '2026-10-07' ORDER BY")]);
	});

	it("finds what is not in the archive yet among the latest events", async () => {
		const steps = await stepsOf({ archived: false, live: true });
		expect(steps.map(({ step, done }) => [step, done])).toEqual([
			["collected", true],
			["archived", false],
			["processed", true],
			["quarantined", false],
			["segments", true],
			["deliveries", true],
		]);
	});

	it("says that an event is not in its profile yet", async () => {
		const steps = await stepsOf({ ring: { [HOUR]: messageHash("another") } });
		expect(steps[2]).toEqual({ step: "processed", done: false, detail: "not yet in a profile", links: [] });
	});

	it("does not say so of an event that the profile can no longer remember", async () => {
		const full = Array.from({ length: 512 }, (_, n) => messageHash(`m-${n + 2}`)).join("");
		const steps = await stepsOf({ ring: { [HOUR]: full } });
		expect(steps[2]).toMatchObject({
			step: "processed",
			done: true,
			detail: expect.stringContaining("remembered for a day"),
		});
	});

	it("says that an event was set aside, and why", async () => {
		const held = { event, batchId: "b", reason: "no_usable_identifier", violations: [] } as QuarantinedEvent;
		const steps = await stepsOf({ held, ring: {} });
		expect(steps[2]).toMatchObject({ step: "processed", done: false, detail: "set aside instead" });
		expect(steps[3]).toMatchObject({ step: "quarantined", done: true, at: RECEIVED, detail: "no_usable_identifier" });
	});

	it.each(["nowhere", "x".repeat(101), "a\u0000b"])("answers 404 for a message nobody knows: %j", async (messageId) => {
		const { ask } = open({ archived: false });
		expect(await ask(`GET /v1/trace/${messageId}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
	});
});

describe("GET /v1/quarantine", () => {
	it("lists a day, today by default", async () => {
		const violation = {
			kind: "wrong_type",
			path: "properties.total",
			description: "not a number",
			outcome: "quarantined",
		};
		const held = { event, batchId: "b", reason: "plan_violated", violations: [violation] } as QuarantinedEvent;
		const { body } = await open({ held }).ask("GET /v1/quarantine", { query: { cursor: "2" } });
		expect(quarantineAnswer.parse(body)).toMatchObject({
			day: "2026-10-09",
			events: [{ event: { messageId: "m'1" }, batchId: "b", reason: "plan_violated", violations: [violation] }],
		});
		expect((await open({ held }).ask("GET /v1/quarantine", { query: { day: "2026-10-08" } })).body.events).toEqual([]);
	});

	it("answers 400 to a day that is none", async () => {
		const { status, body } = await open().ask("GET /v1/quarantine", { query: { day: "2026-02-30" } });
		expect(status).toBe(400);
		expect(body.problems).toMatchObject([{ path: "day" }]);
	});
});
