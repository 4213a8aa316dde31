import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { loadWorkspace } from "#cli/workspace.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { generateShop } from "#demo/shop.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Bucket, Fragment } from "#domain/model/profile.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import { compileTraits, type TraitRules } from "#domain/unify/trait-rules.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { openVault } from "#test/support/identity.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const SEED = "0190a5f3-7c1e-8b52-9f0d-3a6b1c2d4e5f" as SeedId;
const NOW = new Date("2026-01-31T12:00:00.000Z");
const uuid = fc.uuid({ version: 4 });
const aTime = fc.date({ min: new Date("2020-01-01"), max: NOW, noInvalidDate: true }).map((date) => date.toISOString());

const aMoment = (value: object) =>
	fc.record({ at: aTime, messageId: uuid, source: fc.constantFrom("web", "app"), ...value });
const aScalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const bucketsOf = (bucket: fc.Arbitrary<Bucket>) =>
	fc.dictionary(fc.nat(5_000_000).map(String), bucket, { minKeys: 1 });
const aCount = fc.integer({ min: 1, max: 5000 });
const aNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0);
/** Every kind of thing that is measured. */
const MEASURES = [
	bucketsOf(fc.record({ n: aCount })),
	bucketsOf(
		fc.record({
			n: aCount,
			sum: fc.constantFrom("0", "-1.5", "19.9", "123456789012345678.000001"),
			min: aNumber,
			max: aNumber,
		}),
	),
	bucketsOf(fc.constantFrom(19.9, 0, -3).map((value) => ({ n: 1, sum: String(value), min: value, max: value }))),
	bucketsOf(fc.record({ first: aMoment({ value: aScalar }) })),
	bucketsOf(fc.record({ last: aMoment({}) })),
	bucketsOf(fc.record({ values: fc.dictionary(fc.string(), aCount, { minKeys: 1 }) })),
];

describe("itemFragments", () => {
	it("gives back what it was given", async () => {
		const aTrait = fc.record({
			value: fc.jsonValue(),
			at: aTime,
			messageId: uuid,
			source: fc.constantFrom("web", "app"),
		});
		const days = fc.dictionary(fc.nat(25_000).map(String), fc.integer({ min: 1, max: 5000 }), { minKeys: 1 });
		const aFragment: fc.Arbitrary<Fragment> = fc.record({
			seedId: fc.constant(SEED),
			version: fc.constant(1),
			traits: fc.dictionary(fc.string(), fc.array(aTrait, { minLength: 1, maxLength: 3 })) as fc.Arbitrary<
				Fragment["traits"]
			>, // a fast-check JsonValue is a Json
			leaves: fc.dictionary(fc.string(), days),
			measures: fc.dictionary(fc.string(), fc.oneof(...MEASURES), { minKeys: 1 }),
			eventCount: fc.nat(),
			firstSeen: aTime,
			lastSeen: aTime,
			ring: fc.dictionary(fc.nat(600_000).map(String), fc.base64String()),
		});
		await fc.assert(
			fc.asyncProperty(aFragment, async (fragment) => {
				const fragments = itemFragments({ items: memoryItemStore() });
				await fragments.save(fragment);
				expect(JSON.stringify(await fragments.load([SEED]))).toBe(JSON.stringify([fragment]));
			}),
		);
	});

	it("writes only onto the version before, so that no fold is lost", async () => {
		const fragments = itemFragments({ items: memoryItemStore() });
		const fragment = { ...emptyFragment(SEED), version: 1, firstSeen: NOW.toISOString(), lastSeen: NOW.toISOString() };
		expect(await fragments.save(fragment)).toBe("saved");
		expect(await fragments.save(fragment)).toBe("refused");
		expect(await fragments.save({ ...fragment, version: 3 })).toBe("refused");
		expect(await fragments.save({ ...fragment, version: 2 })).toBe("saved");
	});

	it("keeps a customer of a year within one write unit", async () => {
		const items = memoryItemStore();
		await itemFragments({ items }).save({ ...aCustomerOfAYear(), version: 1 });
		const [item] = items.all();
		expect(sizeOf(item)).toBeLessThanOrEqual(1024);
		expect(item).toMatchObject({ n: 312 });
	});

	it("keeps ninety-nine of a hundred writes of the demo shop within one write unit, with its computed traits", async () => {
		const sizes = (await writesOfTheShop(await traitsOfTheShop())).sort((x, y) => x - y);
		expect(sizes.length).toBeGreaterThan(5_000);
		expect(sizes[Math.floor(sizes.length * 0.99)]).toBeLessThanOrEqual(1024);
	});

	it("costs nothing where no trait is defined: the item is what it was", async () => {
		const items = memoryItemStore();
		await itemFragments({ items }).save({ ...aCustomerOfAYear(), version: 1 });
		expect(Object.keys(items.all()[0] ?? {}).sort()).toEqual(["c", "f", "l", "n", "o", "pk", "r", "sk", "t", "v"]);
	});

	it("reads what was written before traits had more than one value", async () => {
		const items = memoryItemStore();
		const old = {
			v: 3,
			n: 3,
			f: "m0",
			l: "m1",
			o: [["m1", "m-1", "web"]],
			t: { plan: ["gold", 0], city: [["a"], 0] },
			r: {},
		};
		await items.put({ pk: `F#${SEED}`, sk: "T", ...old });
		const [fragment] = await itemFragments({ items }).load([SEED]);
		const from = { at: new Date(Number.parseInt("m1", 36)).toISOString(), messageId: "m-1", source: "web" };
		expect(fragment?.traits).toEqual({ plan: [{ value: "gold", ...from }], city: [{ value: ["a"], ...from }] });
	});
});

/** The traits of the example workspace. */
async function traitsOfTheShop(): Promise<TraitRules> {
	const definitions = (await loadWorkspace("workspace")).flatMap((one) =>
		one.kind === "trait" ? [one.definition] : [],
	);
	expect(definitions.length).toBeGreaterThan(3);
	return compileTraits(
		definitions.map((one) => ({ ...one, version: 1, appliedAt: NOW.toISOString() })),
		sha256,
	);
}

/** The bytes of every fragment the demo shop's events write, each at the moment it is written. */
async function writesOfTheShop(rules: TraitRules): Promise<number[]> {
	const fragments = new Map<string, Fragment>();
	const sizes: number[] = [];
	const items = memoryItemStore();
	const put: ItemStore["put"] = async (item) => {
		sizes.push(sizeOf(item));
		return { kind: "written" };
	};
	const stored = itemFragments({ items: { ...items, put } });
	const phones = phoneNumbers();
	const { events } = generateShop({ customers: 1000, now: NOW });
	for (const { source, arrivesAt, message } of events) {
		const at = new Date(arrivesAt).toISOString();
		const event: SourcedEvent = { ...message, source, originalTimestamp: at, sentAt: at, receivedAt: at };
		const standard = standardiseEvent(event, { rules: DEFAULT_IDENTITY, vault: openVault, phones });
		if (standard.kind === "quarantined") continue;
		const [{ id }] = standard.identifiers;
		const before = fragments.get(id) ?? emptyFragment(SEED);
		const fragment = foldEvents(before, [standard.event], {
			now: new Date(arrivesAt),
			hashOf: messageHash,
			leavesOf: leavesInTheShop,
			rules,
		});
		if (fragment === before) continue;
		fragments.set(id, fragment);
		await stored.save(fragment);
	}
	return sizes;
}

/** What the example workspace's segments count, and a few more. */
function leavesInTheShop({ event, properties }: SourcedEvent): string[] {
	if (event === "Product Viewed") return LEAVES.slice(0, 2);
	if (event !== "Order Completed") return [];
	return Number(properties?.total) >= 50 ? LEAVES.slice(2, 4) : LEAVES.slice(2, 3);
}

/** What DynamoDB counts: names and values in UTF-8, numbers in half their digits, 3 bytes around each list and map, 1 for each of its parts. */
function sizeOf(value: unknown): number {
	if (typeof value === "string") return Buffer.byteLength(value);
	if (typeof value === "number") return Math.ceil(String(value).length / 2) + 1;
	if (typeof value !== "object" || value === null) return 1;
	if (Array.isArray(value)) return 3 + value.reduce((sum, part) => sum + 1 + sizeOf(part), 0);
	return Object.entries(value).reduce((sum, [name, part]) => sum + Buffer.byteLength(name) + 1 + sizeOf(part), 3);
}

/**
 * Somebody who signed up a year ago, changed three things since, and comes every few days: 312 events, six conditions of
 * segments count some of them, twenty events in the last 24 hours. Busier than 99 of 100 customers of the demo shop.
 */
function aCustomerOfAYear(): Fragment {
	const event = (i: number, daysAgo: number, fields: Partial<SourcedEvent> = {}): SourcedEvent => {
		const at = new Date(NOW.getTime() - daysAgo * 86_400_000 - i * 1000).toISOString();
		const messageId = `7f9c24e5-1b0d-4a4f-9e53-${String(i).padStart(12, "0")}`;
		return {
			messageId,
			type: "track",
			event: "Product Viewed",
			context: {},
			source: "web",
			...happenedAt(at),
			...fields,
		};
	};
	const identify = (i: number, daysAgo: number, traits: Record<string, string | boolean>) =>
		event(i, daysAgo, { type: "identify", traits });
	const past = [
		identify(1, 365, {
			email: "ada.lovelace@example.com",
			firstName: "Ada",
			lastName: "Lovelace",
			plan: "free",
			phone: "+44 20 7946 0958",
			city: "London",
			country: "GB",
			language: "en",
			newsletter: true,
			createdAt: "2025-01-31T12:00:00.000Z",
		}),
		identify(2, 200, { plan: "gold" }),
		identify(3, 90, { city: "Bristol" }),
		identify(4, 20, { newsletter: false }),
		...Array.from({ length: 288 }, (_, i) => event(10 + i, 30 + (i % 300))),
	];
	const today = Array.from({ length: 20 }, (_, i) => event(500 + i, 0));
	const counted = (all: readonly SourcedEvent[], now: Date, fragment: Fragment) =>
		foldEvents(fragment, all, {
			now,
			hashOf: messageHash,
			leavesOf: ({ messageId }) => LEAVES.filter((_, i) => Number(messageId.slice(-3)) % 40 === i),
		});
	return counted(today, NOW, counted(past, new Date("2026-01-29T12:00:00.000Z"), emptyFragment(SEED)));
}

const LEAVES = ["Xk3vQ9pLmA2", "b7Rt0ZsWc_E", "Qw8nYd5Hj1u", "m-4Kf6VxTgP", "Lz2Bs9Ra7Ci", "tN5eOy3GvJh"];
