import { describe, expect, it } from "vitest";
import { routeNews } from "#domain/activate/route-news.ts";
import { AT, aDestination, changeNews, eventNews, hash } from "./examples.ts";
import { CRM, DELIVERY, stage } from "./memory-stage.ts";

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
