import { describe, expect, it } from "vitest";
import { type DeliverDeps, deliver } from "#domain/activate/deliver.ts";
import type { Delivery } from "#domain/activate/delivery.ts";
import { AT, aDestination, changeNews, deliveryOf } from "./examples.ts";
import { BUSY, CRM, DELIVERED, DELIVERY, stage } from "./memory-stage.ts";

describe("deliver", () => {
	it("sends with the secret in its place, logs it and tells of it", async () => {
		const { run, orders, row } = stage();
		const end = await run(DELIVERY);

		expect(orders).toEqual([
			{
				deliveryId: DELIVERY.deliveryId,
				settings: { url: "https://crm.example/in", secret: "whsec_crm" },
				action: "send",
				mapping: {},
				news: DELIVERY.news,
				at: new Date(AT),
			},
		]);
		expect(row()).toMatchObject({
			state: "delivered",
			round: 1,
			attempt: 1,
			news: { kind: "entered", messageId: "m1", segmentId: "big-spenders" },
			attempts: [{ round: 1, attempt: 1, at: AT, outcome: "delivered", status: 204 }],
		});
		expect(end).toMatchObject({ kind: "ended", log: { state: "delivered" } });
	});

	it("keeps nothing of the person in the log, and no secret anywhere", async () => {
		const { run, row, deadLetters } = stage({ kind: "refused", reason: "http_400", status: 400 });
		await run(DELIVERY);
		const [log, letter] = [JSON.stringify(row()), JSON.stringify(deadLetters.bodies())];
		expect(log).toContain("http_400");
		expect(log).not.toMatch(/ada|gold|whsec/);
		expect(letter).toContain("ada@example.com"); // kept for a redrive
		expect(letter).not.toContain("whsec");
	});

	it("sends nothing twice: a second copy of a delivered message only tells the news again", async () => {
		const { run, orders, deliveries } = stage();
		await run(DELIVERY);
		expect(await run(DELIVERY)).toMatchObject({ kind: "ended", log: { state: "delivered" } });
		expect(orders).toHaveLength(1);
		expect(deliveries.bodies()).toEqual([]);
	});

	it.each([
		{ what: "attempt", later: { attempt: 2 } },
		{ what: "round", later: { round: 2 } },
	])("sends nothing for a later $what of what was delivered", async ({ later }) => {
		const { run, orders, state } = stage();
		await run(DELIVERY);
		state.verdict = BUSY;
		expect(await run({ ...DELIVERY, ...later })).toMatchObject({ kind: "ended", log: { state: "delivered" } });
		expect(orders).toHaveLength(1);
	});

	it("tries again later, as the next attempt, with a delay", async () => {
		const { run, deliveries, row } = stage(BUSY);
		expect(await run(DELIVERY)).toEqual({ kind: "later" });
		expect(deliveries.bodies()).toEqual([{ ...DELIVERY, attempt: 2, notBefore: "2026-03-01T10:00:15.000Z" }]);
		expect(deliveries.delays()).toEqual([15]);
		expect(row()).toMatchObject({
			state: "retrying",
			reason: "http_503",
			attempt: 1,
			nextAttemptAt: "2026-03-01T10:00:15.000Z",
		});
	});

	it("does not try the same attempt twice when its message comes again", async () => {
		const { run, orders, deliveries } = stage(BUSY);
		await run(DELIVERY);
		expect(await run(DELIVERY)).toEqual({ kind: "later" });
		expect(orders).toHaveLength(1);
		expect(deliveries.bodies()).toHaveLength(1);
	});

	it("passes a longer wait through the queue several times, and tries when it is over", async () => {
		const { run, state, orders, deliveries } = stage({ ...BUSY, retryAfterSeconds: 2000 });
		await run(DELIVERY);
		expect(deliveries.delays()).toEqual([900]);
		const [second] = deliveries.bodies();
		state.now = new Date(Date.parse(AT) + 900_000);
		expect(await run(second)).toEqual({ kind: "later" });
		expect(deliveries.delays()).toEqual([900, 900]);
		expect(orders).toHaveLength(1);
		state.now = new Date(Date.parse(AT) + 2_200_000);
		await run(second);
		expect(orders).toHaveLength(2);
	});

	it("gives up after ten attempts, into the dead letters", async () => {
		const { run, state, orders, deliveries, deadLetters, row } = stage(BUSY);
		const queue = [DELIVERY];
		for (let tried = 0; tried < 20 && queue.length > 0; tried++) {
			const delivery = queue.pop() as Delivery;
			state.now = new Date(delivery.notBefore ?? AT);
			const before = deliveries.bodies().length;
			await run(delivery);
			queue.push(...deliveries.bodies().slice(before));
		}
		expect(orders).toHaveLength(10);
		expect(deadLetters.bodies()).toMatchObject([{ deliveryId: DELIVERY.deliveryId, attempt: 10 }]);
		expect(row()).toMatchObject({ state: "dead", reason: "gave_up_after_http_503", attempt: 10 });
		expect(row()?.attempts).toHaveLength(10);
		expect(row()).not.toHaveProperty("nextAttemptAt");
	});

	it.each([
		{ verdict: { kind: "refused", reason: "http_400", status: 400 } as const, state: "dead", reason: "http_400" },
		{
			verdict: { kind: "unauthorised", reason: "http_401", status: 401 } as const,
			state: "paused",
			reason: "http_401",
		},
	])("sets what was answered $verdict.status aside as $state", async ({ verdict, state, reason }) => {
		const { run, deliveries, deadLetters, row } = stage(verdict);
		expect(await run(DELIVERY)).toMatchObject({ kind: "ended", log: { state, reason } });
		expect(deadLetters.bodies()).toEqual([DELIVERY]);
		expect(deliveries.bodies()).toEqual([]);
		expect(row()).toMatchObject({ state, reason });
	});

	it.each([
		{ what: "was removed", definitions: [], state: "dead", reason: "destination_removed" },
		{ what: "was disabled", definitions: [{ ...CRM, enabled: false }], state: "dead", reason: "destination_disabled" },
		{
			what: "lost the subscription",
			definitions: [{ ...CRM, subscriptions: [] }],
			state: "dead",
			reason: "subscription_removed",
		},
		{
			what: "asks for the key that seals identifiers",
			definitions: [aDestination({ settings: { url: "https://crm.example", secret: "{{secret:vault}}" } })],
			state: "paused",
			reason: "missing_secret",
		},
		{
			what: "refers to a secret that is not there",
			definitions: [aDestination({ settings: { url: "https://crm.example", secret: "{{secret:gone}}" } })],
			state: "paused",
			reason: "missing_secret",
		},
	])("sends nothing, and loses nothing, when the destination $what", async ({ definitions, state, reason }) => {
		const { run, orders, deadLetters, row } = stage(DELIVERED, definitions);
		await run(DELIVERY);
		expect(orders).toEqual([]);
		expect(deadLetters.bodies()).toEqual([DELIVERY]);
		expect(row()).toMatchObject({ state, reason });
	});

	it("sends by the mapping as it is now, wherever the subscription stands", async () => {
		const other = { on: { event: "Other" } };
		const on = { segment: "big-spenders" };
		const [old, mended] = [
			{ on, mapping: { list: "old" } },
			{ on, mapping: { list: "mended" } },
		];
		const delivery = deliveryOf(changeNews(), aDestination({ subscriptions: [old] }));
		const send = async (subscriptions: unknown[]) => {
			const { run, orders } = stage(DELIVERED, [aDestination({ subscriptions })]);
			await run(delivery);
			return orders.map(({ mapping }) => mapping);
		};

		expect(await send([other, mended, old])).toEqual([{ list: "old" }]);
		expect(await send([mended, other])).toEqual([{ list: "mended" }]);
		expect(await send([other, mended])).toEqual([]);
		expect(await send([{ ...mended, action: "other" }])).toEqual([]);
	});

	it("loses nothing when it dies between any two steps, and ends delivered once it is let", async () => {
		for (const step of ["send the next message", "log the attempt"] as const) {
			const { run, deps, state, deliveries, row } = stage(BUSY);
			const dying = deps();
			const fail = async () => {
				throw new Error("killed");
			};
			const broken: DeliverDeps =
				step === "log the attempt"
					? { ...dying, deliveryLog: { ...dying.deliveryLog, change: fail } }
					: { ...dying, deliveries: { ...dying.deliveries, send: fail } };
			await expect(deliver(DELIVERY, broken)).rejects.toThrow("killed");

			await run(DELIVERY); // the queue gives it again
			state.verdict = DELIVERED;
			state.now = new Date("2026-03-01T11:00:00.000Z");
			for (const next of deliveries.bodies()) await run(next);
			expect(row()).toMatchObject({ state: "delivered", attempt: 2 });
		}
	});
});
