import { type Segment, segment } from "#contracts/definitions/segment.ts";
import type { CollectedEvent } from "#domain/model/event.ts";

const WINDOWS = ["1h", "12h", "1d", "7d", "30d", "90d"] as const;
const WATCHED = ["Product Viewed", "Product Clicked", "Product Added", "Cart Updated"] as const;
const CATEGORIES = ["sale", "shoes", "garden", "books"] as const;

/** Fifty segments of a shop that looks at its customers closely: every kind of condition there is on events, with windows. */
export function fiftySegments(): Segment[] {
	const conditions: object[] = [
		...WATCHED.flatMap((event) => WINDOWS.map((within) => ({ event, atLeast: 1000, within }))),
		...CATEGORIES.flatMap((category) =>
			["7d", "30d"].map((within) => ({
				...{ event: "Product Viewed", atLeast: 1000, within },
				where: [{ path: "properties.category", is: { op: "eq", value: category } }],
			})),
		),
		...["7d", "30d", "90d", "365d"].map((within) => ({
			...{ event: "Order Completed", within },
			sum: { of: "properties.total", is: { op: "gte", value: 100_000 } },
		})),
		...["7d", "90d"].map((within) => ({
			...{ event: "Cart Updated", within },
			avg: { of: "properties.total", is: { op: "gte", value: 100_000 } },
		})),
		...WATCHED.map((lastEvent) => ({
			...{ lastEvent, within: "14d" },
			has: [{ path: "properties.category", is: { op: "eq", value: "yachts" } }],
		})),
		{ ...fromCart("2h"), key: "properties.cart_id" },
		{ ...fromCart("1d") },
		{
			sequence: ["Product Viewed", "Product Added"].map((event) => ({ event })),
			...{ key: "properties.product_id", within: "1h", lookback: "7d" },
		},
		{ event: "Product Viewed", stopped: { active: "60d", silent: "30d" } },
		{ event: "Order Completed", stopped: { active: "180d", silent: "90d" } },
		{ event: "Product Viewed", restarted: { recent: "7d", silent: "30d", active: "60d" } },
		{ event: "Product Viewed", regularly: { period: "7d", periods: 3, of: 5 } },
		{ trait: "tier", is: { op: "eq", value: "platinum" }, for: { atLeast: "30d" } },
	];
	return conditions.map((when, i) => segment.parse({ id: `segment-${i + 1}`, when }));
}

const fromCart = (within: string) => ({
	sequence: [{ event: "Cart Updated" }, { not: { event: "Order Completed" } }],
	...{ within, lookback: "7d" },
});

/** Fifty segments of which each event of a kind is counted by every one: as much as one event can change. */
export const fiftyOfTheSame = (): Segment[] =>
	Array.from({ length: 50 }, (_, i) =>
		segment.parse({
			id: `segment-${i + 1}`,
			when: {
				...{ event: "Product Viewed", atLeast: 1000, within: i % 2 === 0 ? "12h" : "30d" },
				where: [{ path: "properties.price", is: { op: "gte", value: i } }],
			},
		}),
	);

/** What somebody does who is on the site all day: event number so and so. */
export function aBusyEvent(n: number): Partial<CollectedEvent> {
	const who = { userId: "ada-0", anonymousId: "phone-0", messageId: uuidOf(n) };
	const product = { product_id: `product-${n % 17}`, category: CATEGORIES[n % 4] ?? "", price: 99 };
	if (n % 60 === 59)
		return { ...who, event: "Order Completed", properties: { total: 19.9 + n, cart_id: `cart-${Math.floor(n / 60)}` } };
	if (n % 12 === 11)
		return { ...who, event: "Cart Updated", properties: { total: n, cart_id: `cart-${Math.floor(n / 60)}` } };
	if (n % 12 === 5) return { ...who, event: "Product Added", properties: product };
	if (n % 50 === 7) return { ...who, type: "identify", traits: { tier: "gold", last_page: `/page/${n}` } };
	return { ...who, event: n % 3 === 0 ? "Product Clicked" : "Product Viewed", properties: product };
}

/** Ids as SDKs make them. */
export const uuidOf = (n: number): string => `7f9c24e5-1b0d-4a4f-9e53-${n.toString(16).padStart(12, "0")}`;
