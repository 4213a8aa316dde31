import { describe, expect, it } from "vitest";
import { itemDeliveryLog } from "#adapters/items/delivery-log.ts";
import { keys } from "#adapters/items/keys.ts";
import { afterAttempt, type DeliveryState, type LoggedDelivery, waiting } from "#domain/activate/log-entry.ts";
import { AT, aDestination, changeNews, deliveryOf, eventNews } from "#test/domain/activate/examples.ts";
import { openStore } from "./open-store.ts";

const CRM = aDestination({
	subscriptions: [{ on: { segment: "big-spenders" } }, { on: { event: "Order Completed" } }],
});
const DAY = 24 * 60 * 60 * 1000;

/** The n-th delivery of a destination, a second after the one before. */
const logged = (n: number, destinationId = "crm"): LoggedDelivery => {
	const receivedAt = new Date(Date.parse(AT) + n * 1000).toISOString();
	const delivery = deliveryOf(eventNews({ messageId: `m${n}`, receivedAt }), { ...CRM, id: destinationId });
	return waiting(delivery);
};

const tried = { round: 1, attempt: 1, at: AT, milliseconds: 12, outcome: "delivered" as const, status: 204 };
const delivered = (log: LoggedDelivery) => afterAttempt(log, tried, undefined);

function open() {
	const clock = { now: new Date(AT) };
	const now = () => clock.now;
	const items = openStore(now);
	return { clock, items, log: itemDeliveryLog({ items, now }) };
}

describe("itemDeliveryLog", () => {
	it("gives back what was entered and what became of it", async () => {
		const { log } = open();
		const change = waiting(deliveryOf(changeNews(), CRM));
		await log.open([change, logged(2)]);
		expect(await log.read(change.deliveryId)).toEqual(change);
		await log.change(change, delivered);
		expect(await log.read(change.deliveryId)).toEqual(delivered(change));
		expect(await log.read(logged(2).deliveryId)).toEqual(logged(2));
		expect(await log.read("dlv_unknown")).toBeUndefined();
	});

	it("knows what was entered, and nothing else", async () => {
		const { log } = open();
		await log.open([logged(1)]);
		const ids = [logged(1), logged(2)].map(({ deliveryId }) => deliveryId);
		expect([...(await log.known(ids))]).toEqual([logged(1).deliveryId]);
	});

	it("does not undo what became of a delivery when it is entered again", async () => {
		const { log } = open();
		await log.change(logged(1), delivered);
		await log.open([logged(1)]);
		await log.open([logged(1)]);
		expect(await log.read(logged(1).deliveryId)).toMatchObject({ state: "delivered" });
		expect((await log.list({ destinationId: "crm", limit: 10 })).deliveries).toHaveLength(1);
	});

	it("loses no line when several write at once", async () => {
		const { log } = open();
		await log.open([logged(1)]);
		const attempts = [1, 2, 3, 4];
		await Promise.all(
			attempts.map((attempt) =>
				log.change(logged(1), (row) => afterAttempt(row, { ...tried, attempt }, { kind: "retry", afterSeconds: 9 })),
			),
		);
		const written = (await log.read(logged(1).deliveryId))?.attempts.map(({ attempt }) => attempt);
		expect(written?.sort()).toEqual(attempts);
	});

	it("lists a destination's deliveries newest first, page by page, each once", async () => {
		const { log } = open();
		const all = Array.from({ length: 230 }, (_, n) => logged(n));
		await log.open([...all, ...all.slice(0, 5).map((_, n) => logged(n, "shop"))]);
		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await log.list({ destinationId: "crm", limit: 40, ...(cursor !== undefined && { cursor }) });
			expect(page.deliveries.length).toBeLessThanOrEqual(40);
			seen.push(...page.deliveries.map(({ deliveryId }) => deliveryId));
			cursor = page.cursor;
		} while (cursor !== undefined);
		expect(seen).toEqual(all.toReversed().map(({ deliveryId }) => deliveryId));
	});

	it("finds those of one state among many others", async () => {
		const { log } = open();
		const all = Array.from({ length: 150 }, (_, n) => logged(n));
		await log.open(all);
		const rare = [logged(3), logged(120), logged(149)];
		for (const row of rare) await log.change(row, delivered);
		const list = (state: DeliveryState, limit: number) => log.list({ destinationId: "crm", state, limit });
		expect((await list("delivered", 10)).deliveries.map(({ news }) => news.messageId)).toEqual(["m149", "m120", "m3"]);
		expect((await list("delivered", 2)).deliveries).toHaveLength(2);
		expect((await list("dead", 10)).deliveries).toEqual([]);
	});

	it("finds the deliveries an event caused, itself and through a segment", async () => {
		const { log } = open();
		const [byEvent, bySegment] = [waiting(deliveryOf(eventNews(), CRM)), waiting(deliveryOf(changeNews(), CRM))];
		await log.open([byEvent, bySegment, logged(7)]);
		const found = (await log.ofMessage("m1")).map(({ deliveryId }) => deliveryId);
		expect(found.sort()).toEqual([byEvent, bySegment].map(({ deliveryId }) => deliveryId).sort());
		expect(await log.ofMessage("m9")).toEqual([]);
	});

	it("forgets after thirty days, counted from the last change", async () => {
		const { log, clock } = open();
		await log.open([logged(1), logged(2)]);
		clock.now = new Date(Date.parse(AT) + 20 * DAY);
		await log.change(logged(2), delivered);
		clock.now = new Date(Date.parse(AT) + 31 * DAY);
		expect(await log.read(logged(1).deliveryId)).toBeUndefined();
		expect(await log.read(logged(2).deliveryId)).toMatchObject({ state: "delivered" });
	});

	it("keeps nothing about the person but the profile's id", async () => {
		const { log, items } = open();
		await log.open([logged(1)]);
		const row = await items.get(keys.delivery(logged(1).deliveryId));
		expect(row).toMatchObject({ profileId: logged(1).profileId });
		expect(JSON.stringify(row)).not.toMatch(/ada|gold|192\.0\.2/);
	});
});
