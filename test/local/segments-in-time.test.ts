import { afterEach, describe, expect, it } from "vitest";
import { openShop, type Shop } from "./shop-in-time.ts";

const START = "2026-03-01T00:00:00.000Z";

const abandonedCarts = {
	id: "abandoned-carts",
	when: {
		sequence: [{ event: "Cart Updated" }, { not: { event: "Order Completed" } }],
		key: "properties.cart_id",
		within: "2h",
	},
};
const regulars = {
	id: "regulars-to-win-back",
	when: {
		all: [
			{ event: "Order Completed", atLeast: 3, within: "30d" },
			{ none: [{ event: "Order Completed", within: "7d" }] },
			{ trait: "tier", is: { op: "eq", value: "gold" } },
			{ trait: "address.country", is: { op: "eq", value: "FR" } },
		],
	},
};

let shop: Shop;
afterEach(() => shop.close());

const cart = (cart_id: string, who: object, more: object = {}) => ({
	type: "track",
	event: "Cart Updated",
	properties: { cart_id },
	...who,
	...more,
});
const order = (who: object, more: object = {}, cart_id = "none") => ({
	type: "track",
	event: "Order Completed",
	properties: { order_id: "o", total: 30, cart_id },
	...who,
	...more,
});

/** What was told, shortly: `2h1m ada entered`. */
const heard = ({ told }: Shop) => told.map(({ change, after, userIds }) => `${after} ${userIds} ${change}`);

describe("an abandoned cart", () => {
	it("is told of two hours after its last change, once, however often and late the events come", async () => {
		shop = await openShop(START, [abandonedCarts]);
		const ada = { userId: "ada" };
		const changed = cart("c-1", ada, { at: "0m", messageId: "change-1" });
		await shop.send(changed, changed, cart("c-2", ada));
		await shop.moveTo("1h");
		await shop.send(order(ada, {}, "c-2"), changed);
		await shop.moveTo("1h59m");
		expect(heard(shop)).toEqual([]);
		await shop.moveTo("2h1m");
		expect(heard(shop)).toEqual(["2h1m ada entered"]);

		// the order was there all the time, and its event comes late
		await shop.moveTo("3h");
		await shop.send(changed, order(ada, { at: "1h30m", messageId: "late" }, "c-1"));
		await shop.moveTo("6h");
		expect(heard(shop)).toEqual(["2h1m ada entered", "3h ada exited"]);
		expect(shop.told.map(({ cause }) => cause)).toEqual([
			{ kind: "time", leaf: "when" },
			{ kind: "event", messageId: "late", leaf: "when" },
		]);
	});

	it("waits anew for whoever goes on, and is one person's after a merge in the middle", async () => {
		shop = await openShop(START, [abandonedCarts]);
		const phone = { anonymousId: "phone" };
		await shop.send({ type: "identify", userId: "bea", traits: { email: "bea@example.com" } }, cart("c-1", phone));
		await shop.moveTo("1h");
		await shop.send(cart("c-1", phone)); // from here on two hours
		await shop.moveTo("1h30m");
		await shop.send({ type: "identify", userId: "bea", anonymousId: "phone", traits: {} });
		await shop.moveTo("2h59m");
		expect(heard(shop)).toEqual([]);
		await shop.moveTo("3h1m");
		await shop.moveTo("5h");
		expect(heard(shop)).toEqual(["3h1m bea entered"]);
	});

	it("is found when Tutti was off as the time came", async () => {
		shop = await openShop(START, [abandonedCarts]);
		await shop.send(cart("c-1", { userId: "cid" }));
		await shop.offUntil("12h");
		expect(heard(shop)).toEqual(["12h cid entered"]);
	});
});

describe("three orders in thirty days, none in the last seven, gold, in France", () => {
	it("lets people in and out when the time has come, without another event", { timeout: 240_000 }, async () => {
		shop = await openShop(START, [regulars]);
		const cleo = { userId: "cleo" };
		const facts = { type: "identify", ...cleo, traits: { tier: "gold", address: { country: "FR" } } };
		await shop.send(facts, order(cleo, { messageId: "first" }));
		await shop.moveTo("1d");
		await shop.send(order(cleo), order(cleo, { messageId: "first", at: "0m" }));
		await shop.moveTo("2d20h");
		await shop.send(order(cleo));
		// a customer with all but the country, and one with too few orders
		const [dan, eva] = [{ userId: "dan" }, { userId: "eva" }];
		const abroad = { ...facts, ...dan, traits: { tier: "gold", address: { country: "DE" } } };
		await shop.send(abroad, order(dan), order(dan), order(dan));
		await shop.send({ ...facts, ...eva }, order(eva), order(eva));
		await shop.moveTo("9d20h");
		expect(heard(shop)).toEqual([]);

		// seven days after the last order, by the half days that seven days are counted in
		await shop.moveTo("10d1m");
		expect(heard(shop)).toEqual(["10d1m cleo entered"]);
		// thirty days after the first order, by days
		await shop.moveTo("30d23h");
		expect(heard(shop)).toEqual(["10d1m cleo entered"]);
		await shop.moveTo("31d1m");
		expect(heard(shop)).toEqual(["10d1m cleo entered", "31d1m cleo exited"]);
	});

	it("adds up what two devices did once they are one person, with a late order", async () => {
		shop = await openShop(START, [regulars]);
		const [shopper, device] = [{ userId: "fay" }, { anonymousId: "tablet" }];
		await shop.send({ type: "identify", ...shopper, traits: { tier: "gold", address: { country: "FR" } } });
		await shop.send(order(shopper), order(device));
		await shop.moveTo("9d");
		await shop.send({ type: "identify", ...shopper, ...device, traits: {} });
		await shop.moveTo("9d1h");
		expect(heard(shop)).toEqual([]);

		await shop.send(order(device, { at: "1d", messageId: "late" })); // eight days late
		await shop.moveTo("9d2h");
		expect(heard(shop)).toEqual(["9d1h fay entered"]);
		expect(shop.told[0]?.cause).toEqual({ kind: "event", messageId: "late", leaf: "when.all.0" });
	});
});

describe("orders of the last day", () => {
	const fresh = { id: "ordered-lately", when: { event: "Order Completed", within: "1d" } };

	it("are let go of when Tutti starts, if they went by while it was off for days", async () => {
		shop = await openShop(START, [fresh]);
		await shop.send(order({ userId: "gil" }), order({ userId: "hal" }));
		await shop.offUntil("2d");
		await shop.send(order({ userId: "hal" }));
		await shop.moveTo("2d1h");
		expect(heard(shop).sort()).toEqual([
			"0m gil entered",
			"0m hal entered",
			"2d gil exited",
			"2d hal entered",
			"2d hal exited",
		]);
	});
});
