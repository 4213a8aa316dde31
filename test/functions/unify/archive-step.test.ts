import { describe, expect, it } from "vitest";
import { trackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { type ArchivedEvent, ArchiveRefused } from "#domain/model/ports.ts";
import { aroundEach } from "./faulty-store.ts";
import { anEnvelope, anEvent, anonymousId, aWorkspace, email, type Pass, userId } from "./pass.ts";
import { passOpener } from "./pass-opener.ts";

const open = passOpener();

const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
const PLAN = trackingPlan.parse({
	id: "shop",
	events: { Bought: { properties: { total: { type: "number" } } } },
	unplannedEvent: "quarantine",
	unplannedProperty: "omit",
	violation: "quarantine",
});
const SOURCE = {
	id: "web",
	key: { kind: "secret", writeKey: "sk_test_0" },
	enabled: true,
	rate: { perSecond: 1, burst: 1 },
	publish: "envelope",
	trackingPlan: "shop",
	...applied,
} as unknown as Workspace["sources"][number];
const PLANNED = aWorkspace({ sources: [SOURCE], trackingPlans: [{ ...PLAN, ...applied }] });

const bought = (fields: Partial<CollectedEvent> = {}) => anEvent({ event: "Bought", userId: "ada", ...fields });
/** An archive that refuses the rows of these messages as long as they are in the set. */
function refusing(messageIds: Set<string>) {
	const kept: ArchivedEvent[] = [];
	const archive = {
		async store(rows: readonly ArchivedEvent[]) {
			const isRefused = ({ event }: ArchivedEvent) => messageIds.has(event.messageId);
			kept.push(...rows.filter((row) => !isRefused(row)));
			const refused = new Set(rows.flatMap((row, at) => (isRefused(row) ? [at] : [])));
			if (refused.size > 0) throw new ArchiveRefused(refused, rows.length, ["Throttled"]);
		},
	};
	return { archive, kept };
}

describe("the archive's rows", () => {
	it("are all events of all envelopes of a batch in one store, raw, each with its source", async () => {
		const stores: (readonly ArchivedEvent[])[] = [];
		const pass = open({ archive: { store: async (rows) => void stores.push(rows) } });
		const [a, b, c] = [bought({ timestamp: "2026-01-30T12:00:00Z" }), bought(), bought()];
		expect(await pass.take(anEnvelope([a, b]), anEnvelope([c], "till"))).toEqual([]);
		expect(stores).toHaveLength(1);
		const seedId = pass.vault.seedId(userId("ada"));
		expect(stores[0]).toEqual([
			{ event: { ...a, source: "web" }, seedId },
			{ event: { ...b, source: "web" }, seedId },
			{ event: { ...c, source: "till" }, seedId },
		]);
	});

	it("say what the tracking plan took off and why it set aside, and keep the event as it was", async () => {
		const pass = open({ workspace: PLANNED });
		const [extra, wrong, odd] = [
			bought({ properties: { total: 1, coupon: "x", "a.b": 2 } }),
			bought({ properties: { total: "much", coupon: "x" } }),
			anEvent({ event: "Odd", anonymousId: "phone" }),
		];
		await pass.take(anEnvelope([extra, wrong, odd]));
		const ada = pass.vault.seedId(userId("ada"));
		expect(pass.archived).toEqual([
			{ event: { ...extra, source: "web" }, seedId: ada, omitted: ["properties.coupon", "properties.a.b"] },
			{ event: { ...wrong, source: "web" }, seedId: ada, quarantined: "plan_violated" },
			{
				event: { ...odd, source: "web" },
				seedId: pass.vault.seedId(anonymousId("phone")),
				quarantined: "unplanned_event",
			},
		]);
	});

	it("name traits that are too large among what was taken off, but not identifiers that are none", async () => {
		const pass = open();
		const signUp = anEvent({
			type: "identify",
			userId: "ada",
			traits: { email: "no address", poem: "o".repeat(2000) },
		});
		await pass.take(anEnvelope([signUp]));
		expect(pass.archived).toEqual([
			{ event: { ...signUp, source: "web" }, seedId: pass.vault.seedId(userId("ada")), omitted: ["traits.poem"] },
		]);
	});

	it.each<{ of: string; fields: Partial<CollectedEvent>; seedId: (pass: Pass) => string | null }>([
		{ of: "the strongest identifier", fields: {}, seedId: ({ vault }) => vault.seedId(userId("ada")) },
		{
			of: "the next one, when the strongest is blocked",
			fields: { type: "identify", userId: "null", traits: { email: " Ada@Example.com " } },
			seedId: ({ vault }) => vault.seedId(email("ada@example.com")),
		},
		{ of: "nobody, when all are blocked", fields: { userId: "null", anonymousId: "null" }, seedId: () => null },
	])("have the seed id of $of", async ({ fields, seedId }) => {
		const pass = open();
		await pass.take(anEnvelope([bought(fields)]));
		expect(pass.archived.map((row) => row.seedId)).toEqual([seedId(pass)]);
	});

	it("have the seed id under which the event is folded, when the plan takes an identifier off", async () => {
		const identity = {
			...PLANNED.identity,
			identifiers: PLANNED.identity.identifiers.map((type) =>
				type.namespace === "user_id" ? { ...type, from: ["properties.customer"] } : type,
			),
		};
		const pass = open({ workspace: { ...PLANNED, identity } });
		const { userId: _, ...guest } = bought({ anonymousId: "phone", properties: { customer: "ada" } });
		await pass.take(anEnvelope([guest]));
		const seedId = pass.vault.seedId(anonymousId("phone"));
		expect(pass.archived).toEqual([{ event: { ...guest, source: "web" }, seedId, omitted: ["properties.customer"] }]);
		expect(await pass.profileOf(seedId)).toMatchObject({ eventCount: 1 });
	});

	it("are there too of an event that makes the pass throw, without a seed id", async () => {
		const pass = open({
			wrapVault: (vault) => ({
				...vault,
				seedId: (identifier) => {
					if (identifier.value === "trapped") throw new TypeError("ada@shop.example");
					return vault.seedId(identifier);
				},
			}),
		});
		const trapped = bought({ userId: "trapped" });
		expect(await pass.take(anEnvelope([trapped]))).toEqual([]);
		expect(pass.archived).toEqual([
			{ event: { ...trapped, source: "web" }, seedId: null, quarantined: "unprocessable" },
		]);
	});
});

describe("what the archive does not take", () => {
	it("is on no profile and not set aside, and exactly its messages come again; the rest goes on", async () => {
		const [good, lost, aside] = [bought(), bought(), bought({ properties: { total: "much" } })];
		const refused = new Set([lost.messageId, aside.messageId]);
		const { archive, kept } = refusing(refused);
		const pass = open({ workspace: PLANNED, archive });
		const envelopes = [anEnvelope([good]), anEnvelope([bought(), lost]), anEnvelope([aside]), anEnvelope([bought()])];
		expect(await pass.take(...envelopes)).toEqual([1, 2]);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 3 });
		expect((await pass.quarantine.list("2026-01-31")).events).toEqual([]);
		expect(pass.told).toEqual([]);
		expect(pass.log.lines.map(({ level, fields }) => [level, fields?.failed, fields?.codes])).toEqual([
			["error", 2, ["Throttled"]],
			["warn", 2, undefined],
		]);

		refused.clear();
		expect(await pass.take(...envelopes.slice(1, 3))).toEqual([]);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 4 });
		expect((await pass.quarantine.list("2026-01-31")).events).toHaveLength(1);
		expect(kept.filter(({ event }) => event.messageId === lost.messageId)).toHaveLength(1);
	});

	it("takes the whole batch with it when nobody knows which rows it was, and nothing is written, nor said of whom", async () => {
		const calls: string[] = [];
		const pass = open({
			workspace: PLANNED,
			archive: { store: () => Promise.reject(new Error("ada@shop.example was refused")) },
			wrap: (items) =>
				aroundEach(items, (name, call) => {
					calls.push(name);
					return call();
				}),
		});
		expect(await pass.take(anEnvelope([bought()]), anEnvelope([anEvent({ userId: "ada", event: "Odd" })]))).toEqual([
			0, 1,
		]);
		expect(calls).toEqual([]);
		expect(pass.told).toEqual([]);
		expect(JSON.stringify(pass.log.lines)).not.toContain("ada@");
	});

	it("keeps the archive ahead of every other write", async () => {
		const order: string[] = [];
		const pass = open({
			workspace: PLANNED,
			archive: { store: async () => void order.push("archive") },
			wrap: (items) =>
				aroundEach(items, (name, call) => {
					if (name === "put" || name === "update" || name === "transact") order.push(name);
					return call();
				}),
		});
		await pass.take(anEnvelope([bought(), anEvent({ userId: "ada", event: "Odd" })]));
		expect(order.length).toBeGreaterThan(2);
		expect(order.indexOf("archive")).toBe(0);
		expect(order.lastIndexOf("archive")).toBe(0);
	});
});
