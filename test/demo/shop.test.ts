import { describe, expect, it } from "vitest";
import { FAKE_EMAILS } from "#demo/catalogue.ts";
import { generateShop, type Message, type ShopEvent } from "#demo/shop.ts";

const now = new Date("2026-11-20T00:00:00.000Z");
const shop = generateShop({ customers: 1500, now });
const messages = shop.events.map(({ message }) => message);
const named = (event: string) => messages.filter((message) => message.event === event);
const emailOf = ({ context, traits }: Message) =>
	(traits?.email ?? (context.traits as { email?: string } | undefined)?.email) as string | undefined;
const lateBy = ({ arrivesAt, message }: ShopEvent) => arrivesAt - Date.parse(message.timestamp);

/** The events without their repetitions. */
const once = [...new Map(messages.map((message) => [message.messageId, message])).values()];

describe("generateShop", () => {
	it("tells the same story for the same seed, and another for another", () => {
		expect(generateShop({ customers: 200, now })).toEqual(generateShop({ customers: 200, now }));
		expect(generateShop({ customers: 200, seed: 2, now })).not.toEqual(generateShop({ customers: 200, now }));
	});

	it("does not change the first customers when there are more", () => {
		const { people } = generateShop({ customers: 50, now });
		expect(shop.people.slice(0, 50)).toEqual(people);
	});

	it("comes in order of arrival, within its ninety days", () => {
		const arrivals = shop.events.map(({ arrivesAt }) => arrivesAt);
		expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
		expect(arrivals.at(-1)).toBeLessThanOrEqual(now.getTime());
		expect(Date.parse(messages.map(({ timestamp }) => timestamp).toSorted()[0] ?? "")).toBeGreaterThanOrEqual(
			now.getTime() - 90 * 24 * 60 * 60 * 1000,
		);
	});

	it("sends about one event in fifty twice, unchanged", () => {
		const repeated = messages.length - once.length;
		expect(repeated / once.length).toBeGreaterThan(0.01);
		expect(repeated / once.length).toBeLessThan(0.03);
		const byId = new Map(once.map((message) => [message.messageId, message]));
		expect(messages.every((message) => byId.get(message.messageId) === message)).toBe(true);
	});

	it("has phones that send hours to days late", () => {
		const late = shop.events.filter((event) => event.message.context.channel === "app" && lateBy(event) > 3_600_000);
		expect(late.length).toBeGreaterThan(5);
	});

	it("has browsers that two people sign in on", () => {
		const users = new Map<string, Set<string>>();
		for (const { anonymousId, userId } of messages) {
			if (anonymousId && userId) users.set(anonymousId, (users.get(anonymousId) ?? new Set()).add(userId));
		}
		const shared = [...users].filter(([, ids]) => ids.size > 1).map(([device]) => device);
		expect(shared.some((device) => device.startsWith("store-tablet-"))).toBe(true);
		expect(shared.some((device) => !device.startsWith("store-tablet-"))).toBe(true);
	});

	it("has addresses that many give, and addresses with a typo that nobody has", () => {
		const given = once
			.filter(({ context }) => context.channel === "store")
			.flatMap((message) => emailOf(message) ?? []);
		const known = new Set(shop.people.map(({ email }) => email));
		expect(given.filter((email) => FAKE_EMAILS.includes(email)).length).toBeGreaterThan(20);
		expect(given.filter((email) => email !== email.toLowerCase()).length).toBeGreaterThan(20);
		const typos = given.filter((email) => !known.has(email.toLowerCase()) && !FAKE_EMAILS.includes(email));
		expect(typos.length).toBeGreaterThan(5);
	});

	it("refunds only orders that were made before, for what they cost", () => {
		const refunds = named("Order Refunded");
		expect(refunds.length).toBeGreaterThan(3);
		const orders = new Map(named("Order Completed").map((order) => [order.properties?.order_id, order]));
		for (const { properties, timestamp } of refunds) {
			const order = orders.get(properties?.order_id);
			expect(order?.properties?.total).toBe(properties?.total);
			expect(order && order.timestamp < timestamp).toBe(true);
		}
	});

	it("says of every message who it is about, and when", () => {
		for (const { userId, anonymousId, timestamp, messageId } of messages) {
			expect(userId ?? anonymousId).toBeTruthy();
			expect(new Date(timestamp).toISOString()).toBe(timestamp);
			expect(messageId).toMatch(/^shop-[0-9a-f]{24}$/);
		}
	});
});
