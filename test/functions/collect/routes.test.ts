import { describe, expect, it } from "vitest";
import { aCollector, NOW, SECRET_KEY } from "./collector.ts";
import { basic } from "./http-event.ts";

const ONE = {
	track: { event: "Order Completed", userId: "u-1" },
	identify: { userId: "u-1", traits: { plan: "gold" } },
	page: { anonymousId: "a-1", name: "Home" },
	screen: { anonymousId: "a-1", name: "Cart" },
	group: { userId: "u-1", groupId: "g-1" },
	alias: { userId: "u-1", previousId: "a-1" },
};

describe("receiveEvents", () => {
	it.each(
		Object.entries(ONE).flatMap(([type, body]) => [
			{ path: `/v1/${type}`, type, body },
			{ path: `/v1/${type.slice(0, 1)}`, type, body },
		]),
	)("takes a $type event at $path and puts it on the bus", async ({ path, type, body }) => {
		const { send, published } = aCollector();
		const answer = await send({
			path,
			headers: basic(SECRET_KEY),
			body: JSON.stringify({ ...body, messageId: "m-1" }),
		});
		expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 1, rejected: [] } });
		expect(published()).toEqual([
			{
				...body,
				type,
				messageId: "m-1",
				context: {},
				timestamp: NOW,
				originalTimestamp: NOW,
				sentAt: NOW,
				receivedAt: NOW,
			},
		]);
	});
});
