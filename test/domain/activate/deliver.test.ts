import { describe, expect, it } from "vitest";
import { deliveryEnded } from "#contracts/bus/delivery-ended.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import { type DeliverDeps, deliver } from "#domain/activate/deliver.ts";
import type { Delivery } from "#domain/activate/delivery.ts";
import { endedEntries } from "#domain/activate/ended-entries.ts";
import type { LoggedDelivery } from "#domain/activate/log-entry.ts";
import type { Order } from "#domain/activate/ports.ts";
import { redriveDeliveries } from "#domain/activate/redrive.ts";
import { routeNews } from "#domain/activate/route-news.ts";
import { fillSecrets, secretNames } from "#domain/activate/secrets.ts";
import type { Verdict } from "#domain/activate/verdict.ts";
import { AT, aDestination, changeNews, deliveryOf, eventNews, hash } from "./examples.ts";
import { memoryLog, memoryQueue } from "./memory.ts";

const CRM = aDestination();
const DELIVERY = deliveryOf(changeNews(), CRM);
const DELIVERED: Verdict = { kind: "delivered", status: 204 };
const BUSY: Verdict = { kind: "retry", reason: "http_503", status: 503 };

/** A stage with one destination that answers as told, a clock that can be moved, and draws in the middle. */
function stage(verdict: Verdict = DELIVERED, definitions: readonly Destination[] = [CRM]) {
	const [deliveries, deadLetters, { log, rows }] = [memoryQueue(), memoryQueue(), memoryLog()];
	const orders: Order[] = [];
	const state = { verdict, now: new Date(AT), definitions };
	const deps = (): DeliverDeps => ({
		definitions: state.definitions,
		destinations: {
			send: async (_type, order) => {
				orders.push(order);
				return state.verdict;
			},
		},
		deliveries: deliveries.queue,
		deadLetters: deadLetters.queue,
		deliveryLog: log,
		secrets: { read: async (name) => ({ crm: "whsec_crm", vault: "never" })[name] },
		hash,
		now: () => state.now,
		random: () => 0.5,
	});
	const run = (delivery: Delivery) => deliver(delivery, deps());
	const row = () => rows.get(DELIVERY.deliveryId);
	return { state, run, deps, orders, deliveries, deadLetters, rows, row };
}

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

describe("routeNews", () => {
	it("puts each delivery on the queue and into the log, and does so once", async () => {
		const { deps, deliveries, rows } = stage();
		const onOrder = aDestination({ id: "orders", subscriptions: [{ on: { event: "Order Completed" } }] });
		const routing = { ...deps(), definitions: [CRM, onOrder], now: new Date(AT) };
		const news = [changeNews(), eventNews(), eventNews({ messageId: "m2" }), eventNews()];

		expect(await routeNews(news, routing)).toBe(3);
		expect(await routeNews(news, routing)).toBe(0);
		expect(deliveries.bodies()).toHaveLength(3);
		expect([...rows.values()].map(({ destinationId, state, attempt }) => [destinationId, state, attempt])).toEqual([
			["crm", "waiting", 0],
			["orders", "waiting", 0],
			["orders", "waiting", 0],
		]);
	});

	it("sends again what was sent but not logged, and does not undo what became of it meanwhile", async () => {
		const { deps, run, deliveries, rows } = stage();
		const routing = { ...deps(), now: new Date(AT) };
		const open = async () => {
			throw new Error("killed");
		};
		await expect(
			routeNews([changeNews()], { ...routing, deliveryLog: { ...routing.deliveryLog, open } }),
		).rejects.toThrow("killed");
		await run(DELIVERY);
		await routeNews([changeNews()], routing);
		expect(deliveries.bodies()).toHaveLength(1);
		expect(rows.get(DELIVERY.deliveryId)?.state).toBe("delivered");
	});

	it("asks nobody anything when no destination wants the news", async () => {
		const never = new Proxy({}, { get: () => expect.fail("nothing is to be asked") }) as never;
		const deps = { definitions: [], deliveries: never, deliveryLog: never, hash, now: new Date(AT) };
		expect(await routeNews([changeNews()], deps)).toBe(0);
	});
});

describe("redriveDeliveries", () => {
	const onSegment = (id: string) => ({ ...CRM, id });
	const letters = ["crm", "shop", "crm", "crm"].map((id, index) =>
		deliveryOf(changeNews({ transitionId: `t${index}` }), onSegment(id)),
	);

	async function withLetters() {
		const all = stage({ kind: "refused", reason: "http_400" }, [CRM, onSegment("shop")]);
		for (const letter of letters) await all.run(letter);
		expect(all.deadLetters.bodies()).toHaveLength(4);
		return all;
	}

	it("sends the dead letters of one destination again as a new round, and leaves the others", async () => {
		const { deps, state, deliveries, deadLetters, rows } = await withLetters();
		state.now = new Date("2026-03-02T10:00:00.000Z");
		const answer = await redriveDeliveries({ destinationId: "crm", limit: 100 }, deps());

		expect(answer).toEqual({ redriven: 3, examined: 4, isComplete: true });
		expect(deliveries.bodies()).toMatchObject(
			[letters[0], letters[2], letters[3]].map((letter) => ({
				deliveryId: letter?.deliveryId,
				round: 2,
				attempt: 1,
				startedAt: "2026-03-02T10:00:00.000Z",
			})),
		);
		expect(deadLetters.bodies()).toEqual([letters[1]]);
		expect(await deadLetters.queue.depth()).toEqual({ waiting: 1, inFlight: 0 });
		expect([...rows.values()].map(({ state }) => state).sort()).toEqual(["dead", "waiting", "waiting", "waiting"]);
	});

	it("sends no more than it was asked to", async () => {
		const { deps, deliveries, deadLetters } = await withLetters();
		expect(await redriveDeliveries({ limit: 2 }, deps())).toEqual({ redriven: 2, examined: 2, isComplete: false });
		expect(deliveries.bodies()).toHaveLength(2);
		expect(deadLetters.bodies()).toHaveLength(2);
	});

	it("gives a redriven delivery a full round again, and delivers it", async () => {
		const { deps, state, run, deliveries, rows } = await withLetters();
		await redriveDeliveries({ destinationId: "shop", limit: 1 }, deps());
		state.verdict = DELIVERED;
		const [again] = deliveries.bodies();
		await run(again);
		expect(rows.get(again.deliveryId)).toMatchObject({
			state: "delivered",
			round: 2,
			attempts: [
				{ round: 1, outcome: "refused" },
				{ round: 2, outcome: "delivered" },
			],
		});
	});

	it("leaves what it cannot read where it is", async () => {
		const { deps, deadLetters, deliveries } = stage();
		await deadLetters.queue.send([{ body: "1" }, { body: '{"deliveryId":"x"}' }]);
		expect(await redriveDeliveries({ limit: 10 }, deps())).toEqual({ redriven: 0, examined: 2, isComplete: true });
		expect(deadLetters.bodies()).toHaveLength(2);
		expect(deliveries.bodies()).toEqual([]);
	});
});

describe("endedEntries", () => {
	it("tells of all that succeeded in one entry, and of all that failed in another", async () => {
		const { run, state, rows } = stage(DELIVERED, [CRM, aDestination({ id: "shop" })]);
		await run(DELIVERY);
		state.verdict = { kind: "unauthorised", reason: "http_401", status: 401 };
		await run(deliveryOf(changeNews(), aDestination({ id: "shop" })));
		const ended = [...rows.values()] as LoggedDelivery[];

		const [succeeded, failed, ...more] = endedEntries([...ended, ...ended]);
		expect(more).toEqual([]);
		expect(succeeded).toMatchObject({ source: "tutti.activate", detailType: "DeliverySucceeded" });
		expect(failed).toMatchObject({ source: "tutti.activate", detailType: "DeliveryFailed" });
		expect(deliveryEnded.parse(succeeded?.detail).deliveries).toHaveLength(2);
		expect(deliveryEnded.parse(failed?.detail).deliveries[0]).toMatchObject({
			destinationId: "shop",
			kind: "entered",
			messageId: "m1",
			state: "paused",
			reason: "http_401",
		});
	});

	it("tells nothing of what is not over", async () => {
		const { run, rows } = stage(BUSY);
		await run(DELIVERY);
		expect(endedEntries([...rows.values()])).toEqual([]);
	});
});

describe("secrets", () => {
	const settings = {
		url: "https://x/{{secret:path}}",
		key: "{{ secret:key }}",
		list: [{ again: "{{secret:key}}" }],
		n: 1,
	};

	it("names each secret once, wherever it stands", () => {
		expect(secretNames(settings).sort()).toEqual(["key", "path"]);
	});

	it("fills them in as they are, and leaves what is unknown", () => {
		expect(fillSecrets(settings, new Map([["key", "$&{{secret:path}}"]]))).toEqual({
			url: "https://x/{{secret:path}}",
			key: "$&{{secret:path}}",
			list: [{ again: "$&{{secret:path}}" }],
			n: 1,
		});
	});
});
