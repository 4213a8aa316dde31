import { describe, expect, it } from "vitest";
import { eventQuarantined } from "#contracts/bus/event-quarantined.ts";
import { eventsProcessed } from "#contracts/bus/events-processed.ts";
import { violationFound } from "#contracts/bus/violation-found.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import { trackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { aroundEach } from "./faulty-store.ts";
import { anEnvelope, anEvent, anonymousId, aWorkspace, email, type Pass, userId } from "./pass.ts";
import { passOpener } from "./pass-opener.ts";

const open = passOpener();

const applied = { version: 1, appliedAt: "2026-01-01T00:00:00.000Z" };
const entries = (pass: Pass, detailType: string) => pass.told.filter((entry) => entry.detailType === detailType);
const signUp = (user: string, fields: Partial<CollectedEvent> = {}) =>
	anEvent({ type: "identify", userId: user, traits: { email: `${user}@shop.example`, plan: "gold" }, ...fields });

describe("processEvents", () => {
	it("makes one profile of a guest who signs up, with what the guest did", async () => {
		const pass = open();
		await pass.take(anEnvelope([anEvent({ anonymousId: "phone" }), anEvent({ anonymousId: "phone" })]));
		await pass.take(anEnvelope([signUp("ada", { anonymousId: "phone" })]));
		const profile = await pass.profile(anonymousId("phone"));
		expect(profile).toMatchObject({ profileId: pass.vault.seedId(userId("ada")), eventCount: 3 });
		expect(profile?.identifiers.map(({ namespace, value }) => `${namespace} ${value}`)).toEqual([
			"anonymous_id phone",
			"email ada@shop.example",
			"user_id ada",
		]);
		expect(await pass.profile(email("ada@shop.example"))).toEqual(profile);
		expect(profile?.traits.plan).toMatchObject({ value: "gold", source: "web" });
	});

	it("reads little and writes one item for an event of a visitor it knows", async () => {
		const calls: string[] = [];
		const pass = open({
			wrap: (items) =>
				aroundEach(items, (name, call) => {
					calls.push(name);
					return call();
				}),
		});
		await pass.take(anEnvelope([signUp("ada", { anonymousId: "phone" })]));
		await pass.take(anEnvelope([anEvent({ userId: "ada", anonymousId: "phone" })]));
		calls.length = 0;
		await pass.take(anEnvelope([anEvent({ userId: "ada", anonymousId: "phone" })]));
		expect(calls).toEqual(["batchGet", "put", "batchGet"]); // its fragment, its fragment, its cluster
	});

	it("folds all events of a fragment in a whole batch of envelopes in one write", async () => {
		const writes: string[] = [];
		const pass = open({
			wrap: (items) => ({
				...items,
				put: (item, condition) => {
					writes.push(item.pk.slice(0, 2));
					return items.put(item, condition);
				},
				transact: (all) => {
					writes.push(all.map((one) => ("item" in one ? one.item.pk.slice(0, 2) : one.kind)).join());
					return items.transact(all);
				},
			}),
		});
		const envelopes = Array.from({ length: 10 }, () =>
			anEnvelope(Array.from({ length: 20 }, () => anEvent({ userId: "ada" }))),
		);
		await pass.take(...envelopes);
		// so many messageIds at once go into both items of the fragment
		expect(writes).toEqual(["N#", "F#,F#"]);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 200 });
	});

	it.each<{ reason: string; bad: CollectedEvent }>([
		{
			reason: "no_usable_identifier",
			bad: anEvent({ userId: "null", anonymousId: "00000000-0000-0000-0000-000000000000" }),
		},
		{ reason: "no_usable_identifier", bad: anEvent({ type: "identify", traits: { email: "noreply@shop.example" } }) },
		{ reason: "invalid_timestamp", bad: anEvent({ userId: "ada", timestamp: "yesterday" }) },
		{ reason: "invalid_timestamp", bad: anEvent({ userId: "ada", timestamp: "+012026-01-01T00:00:00.000Z" }) },
	])("sets an event aside by itself because of $reason, and the rest goes on", async ({ reason, bad }) => {
		const pass = open();
		expect(
			await pass.take(anEnvelope([anEvent({ userId: "ada" }), bad, anEvent({ userId: "ada" })], "web", "b-7")),
		).toEqual([]);
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 2 });
		expect((await pass.quarantine.list("2026-01-31")).events).toEqual([
			{ event: { ...bad, source: "web" }, batchId: "b-7", reason, violations: [] },
		]);
		const [told, ...more] = entries(pass, "EventQuarantined");
		expect(more).toEqual([]);
		expect(eventQuarantined.parse(told?.detail)).toMatchObject({
			batchId: "b-7",
			source: "web",
			events: [{ messageId: bad.messageId, reason }],
		});
	});

	it("sets an event aside that makes a step throw, without a word about the person", async () => {
		const pass = open({
			wrapVault: (vault) => ({
				...vault,
				seedId: (identifier) => {
					if (identifier.value === "trapped") throw new TypeError("ada@shop.example");
					return vault.seedId(identifier);
				},
			}),
		});
		expect(await pass.take(anEnvelope([anEvent({ userId: "ada" }), anEvent({ userId: "trapped" })]))).toEqual([]);
		expect((await pass.quarantine.list("2026-01-31")).events).toMatchObject([{ reason: "unprocessable" }]);
		expect(pass.log.lines).toMatchObject([{ level: "error", fields: { error: "TypeError" } }]);
		expect(JSON.stringify(pass.log.lines)).not.toContain("shop.example");
		expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 1 });
	});

	describe("with a tracking plan", () => {
		const plan = trackingPlan.parse({
			id: "shop",
			events: {
				"Order Completed": { properties: { total: { type: "number", required: true }, note: { maxLength: 3 } } },
			},
			unplannedEvent: "quarantine",
			unplannedProperty: "omit",
			violation: "quarantine",
		});
		const source = {
			id: "web",
			enabled: true,
			rate: { perSecond: 1, burst: 1 },
			publish: "envelope",
			trackingPlan: "shop",
			...applied,
		};
		const key = { kind: "secret", writeKey: "sk_test_0" } as const;
		const workspace = aWorkspace({
			sources: [{ ...source, key } as Workspace["sources"][number]],
			trackingPlans: [{ ...plan, ...applied }],
		});
		const order = (properties: CollectedEvent["properties"]) =>
			anEvent({ event: "Order Completed", userId: "ada", ...(properties && { properties }) });

		it("omits, sets aside and lets through as it says, and tells of each violation without a value", async () => {
			const pass = open({ workspace });
			const [good, extra, wrong, unknown] = [
				order({ total: 1 }),
				order({ total: 1, secret: "x" }),
				order({ total: "ada" }),
				anEvent({ userId: "ada", event: "Odd" }),
			];
			await pass.take(anEnvelope([good, extra, wrong, unknown]));
			expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 2 });
			expect(
				(await pass.quarantine.list("2026-01-31")).events.map(({ event, reason }) => [event.messageId, reason]).sort(),
			).toEqual(
				[
					[wrong.messageId, "plan_violated"],
					[unknown.messageId, "unplanned_event"],
				].sort(),
			);
			const [told, ...more] = entries(pass, "ViolationFound");
			expect(more).toEqual([]);
			expect(violationFound.parse(told?.detail)).toMatchObject({
				trackingPlanId: "shop",
				violations: [
					{ messageId: extra.messageId, kind: "unplanned_property", path: "properties.secret", outcome: "omitted" },
					{
						messageId: wrong.messageId,
						kind: "wrong_type",
						path: "properties.total",
						outcome: "quarantined",
						description: "expected number, got string",
					},
					{ messageId: unknown.messageId, kind: "unplanned_event", path: "event", outcome: "quarantined" },
				],
			});
		});

		it("holds only the events of sources that have one", async () => {
			const pass = open({ workspace });
			await pass.take(anEnvelope([anEvent({ userId: "ada", event: "Odd" })], "app"));
			expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 1 });
			expect(pass.told).toEqual([]);
		});
	});

	describe("with a destination that asks for orders over 100", () => {
		const on = {
			event: "Order Completed",
			where: [{ path: "properties.total", is: { op: "gt" as const, value: 100 } }],
		};
		const aDestination = (parts: Partial<Destination>): Workspace["destinations"][number] => ({
			id: "crm",
			type: "webhook",
			enabled: true,
			settings: {},
			subscriptions: [{ on, action: "send", mapping: {} }],
			...applied,
			...parts,
		});
		const workspace = aWorkspace({
			destinations: [
				aDestination({}),
				aDestination({
					id: "off",
					enabled: false,
					subscriptions: [{ on: { event: "Odd", where: [] }, action: "send", mapping: {} }],
				}),
			],
		});
		const order = (total: number, fields: Partial<CollectedEvent> = {}) =>
			anEvent({ event: "Order Completed", userId: "ada", properties: { total }, ...fields });

		it("tells the bus of those alone, in one entry, with the profile as it stands after the batch", async () => {
			const pass = open({ workspace });
			const [small, first, second] = [order(5), order(101), order(102)];
			await pass.take(
				anEnvelope([small, first, anEvent({ userId: "ada", event: "Odd" }), second, signUp("ada")], "web", "b-9"),
			);
			expect(pass.told).toHaveLength(1);
			expect(eventsProcessed.parse(pass.told[0]?.detail)).toEqual({
				version: 1,
				batchId: "b-9",
				source: "web",
				names: ["Order Completed"],
				events: [first, second].map((event) => ({
					event,
					profileId: pass.vault.seedId(userId("ada")),
					traits: { email: "ada@shop.example", plan: "gold" },
					identifiers: [
						{ namespace: "email", value: "ada@shop.example" },
						{ namespace: "user_id", value: "ada" },
					],
				})),
			});
		});

		it("tells nobody of what was imported, though it is in the profile", async () => {
			const pass = open({ workspace });
			await pass.take(anEnvelope([order(101, { flags: ["historical"] })]));
			expect(pass.told).toEqual([]);
			expect(await pass.profile(userId("ada"))).toMatchObject({ eventCount: 1 });
		});

		it("splits what is too large for one entry, and loses nothing", async () => {
			const pass = open({ workspace });
			const events = Array.from({ length: 40 }, () =>
				order(101, { properties: { total: 101, note: "ü".repeat(8_000) } }),
			);
			await pass.take(anEnvelope(events));
			expect(pass.told.length).toBeGreaterThan(1);
			for (const { detail } of pass.told) expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(250_000);
			const told = pass.told.flatMap(({ detail }) =>
				eventsProcessed.parse(detail).events.map(({ event }) => event.messageId),
			);
			expect(told).toEqual(events.map(({ messageId }) => messageId));
		});

		it("gives the messages back that the bus did not take, and no others", async () => {
			const bus = { publish: () => Promise.reject(new Error("the bus is away")) };
			const pass = open({ workspace, bus });
			expect(await pass.take(anEnvelope([order(5)]), anEnvelope([order(101)]), anEnvelope([order(6)]))).toEqual([1]);
		});
	});
});
