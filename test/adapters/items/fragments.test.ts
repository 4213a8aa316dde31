import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { itemBytes } from "#adapters/items/item-bytes.ts";
import type { Item, ItemStore } from "#adapters/items/item-store.ts";
import { itemSize } from "#adapters/meter/item-size.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { loadWorkspace } from "#cli/workspace.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { generateShop } from "#demo/shop.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Bucket, Fragment } from "#domain/model/profile.ts";
import { measureKeeper } from "#domain/rules/measures/keep-measure.ts";
import { type MeasureBook, measureBook, NOTHING_KEPT } from "#domain/rules/measures/measure-book.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
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
const aStep = fc.tuple(fc.nat(5_000_000), fc.constantFrom(1, 2), fc.constantFrom("cart-1", "cart-2"));
const MEASURES: fc.Arbitrary<{ readonly [at: string]: Bucket }>[] = [
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
	bucketsOf(fc.record({ said: fc.array(fc.tuple(fc.nat(5_000_000), fc.constantFrom(0 as const, 1 as const))) })),
	bucketsOf(
		fc.record({
			steps: fc.array(
				fc.oneof(
					aStep,
					aStep.map(([at, step]) => [at, step] as const),
				),
			),
		}),
	),
	bucketsOf(fc.record({ uploads: fc.uniqueArray(fc.nat(9)) })),
];
const aTrait = fc.record(
	{
		value: fc.oneof(fc.jsonValue(), fc.string({ maxLength: 900, minLength: 300 })),
		at: aTime,
		messageId: fc.oneof(uuid, fc.string()),
		source: fc.constantFrom("web", "app"),
		declared: fc.constant(true as const),
	},
	{ requiredKeys: ["value", "at", "messageId", "source"] },
);
const aFragment = fc.record({
	seedId: fc.constant(SEED),
	version: fc.constant(1),
	traits: fc.dictionary(fc.string(), fc.array(aTrait, { minLength: 1, maxLength: 3 })),
	measures: fc.dictionary(fc.string(), fc.oneof(...MEASURES), { minKeys: 1 }),
	eventCount: fc.nat(),
	firstSeen: aTime,
	lastSeen: aTime,
	// an event that is remembered is not folded again, so that each hash is in a ring once
	ring: fc
		.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_-]{8}$/), { minLength: 1, maxLength: 20 })
		.map((hashes) => ({ "490000": hashes.join("") })),
}) as fc.Arbitrary<Fragment>; // a fast-check JsonValue is a Json

describe("itemFragments", () => {
	it("gives back what it was given, small or large", async () => {
		await fc.assert(
			fc.asyncProperty(aFragment, aFragment, async (first, second) => {
				const fragments = itemFragments({ items: memoryItemStore() });
				const next = { ...second, version: 2 };
				expect(await fragments.save(first, emptyFragment(SEED))).toBe("saved");
				expect(await fragments.load([SEED])).toEqual([first]);
				expect(await fragments.save(next, first)).toBe("saved");
				expect(await fragments.load([SEED])).toEqual([next]);
			}),
		);
	});

	it("writes only onto the version before, so that no fold is lost", async () => {
		const fragments = itemFragments({ items: memoryItemStore() });
		const empty = emptyFragment(SEED);
		const first = { ...empty, version: 1, firstSeen: NOW.toISOString(), lastSeen: NOW.toISOString() };
		const second = { ...first, version: 2 };
		expect(await fragments.save(first, empty)).toBe("saved");
		expect(await fragments.save(first, empty)).toBe("refused");
		expect(await fragments.save({ ...first, version: 3 }, second)).toBe("refused");
		expect(await fragments.save({ ...first, version: 3 }, first)).toBe("refused");
		expect(await fragments.save(second, first)).toBe("saved");
		expect(await fragments.save(second, first)).toBe("refused");
	});

	it("keeps a customer of a year in one item within one write unit", async () => {
		const items = memoryItemStore();
		await itemFragments({ items }).save({ ...aCustomerOfAYear(), version: 1 }, emptyFragment(SEED));
		const [item] = items.all();
		expect(items.all()).toHaveLength(1);
		expect(itemBytes(item as Item)).toBeLessThanOrEqual(1024);
		expect(item).toMatchObject({ n: 312 });
	});

	it("writes one write unit, in all but a few of the demo shop's saves, with its segments and computed traits", async () => {
		const saves = await savesOfTheShop(await bookOfTheShop());
		expect(saves.length).toBeGreaterThan(5_000);
		expect(Math.max(...saves.map(({ hot }) => hot))).toBeLessThanOrEqual(1024);
		expect(saves.filter(({ cold }) => cold > 0).length / saves.length).toBeLessThan(0.03);
	});

	it("costs nothing where nothing is measured", async () => {
		const items = memoryItemStore();
		await itemFragments({ items }).save({ ...aCustomerOfAYear(NOTHING_KEPT), version: 1 }, emptyFragment(SEED));
		expect(Object.keys(items.all()[0] ?? {}).sort()).toEqual(["f", "k", "l", "n", "o", "pk", "r", "sk", "t", "v"]);
	});

	it("reads a table's cold items again only when others wrote them", async () => {
		const items = memoryItemStore();
		const fragments = itemFragments({ items });
		await fragments.save({ ...aCustomerOfAYear(), version: 1, traits: aLotOfTraits() }, emptyFragment(SEED));
		const asked = items.counts.reads;
		await fragments.load([SEED]);
		expect(items.counts.reads - asked).toBe(1);
		await itemFragments({ items }).load([SEED]);
		expect(items.counts.reads - asked).toBe(3);
	});
});

describe("itemBytes", () => {
	it("is what the meter bills by", () => {
		const name = fc.string().filter((text) => text !== "__proto__"); // the adapter keeps what has such a name in another form
		const aValue = fc.letrec<{ json: Json }>((tie) => ({
			json: fc.oneof(
				{ depthSize: "small", withCrossShrink: true },
				fc.oneof(fc.constant(null), fc.boolean(), fc.string(), fc.integer(), fc.constantFrom(19.9, -0.001, 1e21)),
				fc.array(tie("json")),
				fc.dictionary(name, tie("json")),
			),
		})).json;
		fc.assert(
			fc.property(fc.dictionary(name, aValue), (fields) => {
				const item = { ...fields, pk: "p", sk: "s", ttl: 1_800_000_000 };
				expect(itemBytes(item)).toBe(itemSize(item));
			}),
		);
	});
});

const aLotOfTraits = (): Fragment["traits"] =>
	Object.fromEntries(
		Array.from({ length: 30 }, (_, i) => [
			`trait_${i}`,
			[{ value: "x".repeat(90), at: NOW.toISOString(), messageId: "m-1", source: "web" }],
		]),
	);

/** All that the example workspace looks at. */
async function bookOfTheShop(): Promise<{ book: MeasureBook; rules: TraitRules }> {
	const applied = { version: 1, appliedAt: NOW.toISOString() };
	const all = await loadWorkspace("workspace");
	const traits = all.flatMap((one) => (one.kind === "trait" ? [{ ...one.definition, ...applied }] : []));
	const segments = all.flatMap((one) => (one.kind === "segment" ? [{ ...one.definition, ...applied }] : []));
	const [rules, compiled] = [compileTraits(traits, sha256), compileSegments(segments, sha256)];
	expect(Math.min(rules.measures.size, compiled.measures.size)).toBeGreaterThan(1);
	return { rules, book: measureBook([...rules.measures.values(), ...compiled.measures.values()], rules.placeOf) };
}

type Save = { readonly hot: number; readonly cold: number };

/** The bytes of every save that the demo shop's events make, each person's one after the other. */
async function savesOfTheShop({ book, rules }: { book: MeasureBook; rules: TraitRules }): Promise<Save[]> {
	const [saves, phones] = [[] as Save[], phoneNumbers()];
	const memory = memoryItemStore();
	const sizes: { sk: string; bytes: number }[] = [];
	const note = (item: Item) => void sizes.push({ sk: item.sk, bytes: itemBytes(item) });
	const items: ItemStore = {
		...memory,
		put: (item, condition) => {
			note(item);
			return memory.put(item, condition);
		},
		transact: (writes) => {
			for (const one of writes) if (one.kind === "put") note(one.item);
			return memory.transact(writes);
		},
	};
	const fragments = itemFragments({ items });
	for (const { source, arrivesAt, message } of generateShop({ customers: 1000, now: NOW }).events) {
		const at = new Date(arrivesAt).toISOString();
		const event: SourcedEvent = { ...message, source, originalTimestamp: at, sentAt: at, receivedAt: at };
		const standard = standardiseEvent(event, { rules: DEFAULT_IDENTITY, vault: openVault, phones });
		if (standard.kind === "quarantined") continue;
		const [{ id }] = standard.identifiers;
		const [before = emptyFragment(id)] = await fragments.load([id]);
		const next = foldEvents(before, [standard.event], { now: new Date(at), hashOf: messageHash, book, rules });
		if (next === before) continue;
		sizes.splice(0);
		expect(await fragments.save(next, before)).toBe("saved");
		const bytesOf = (wanted: string) =>
			sizes.filter(({ sk }) => sk === wanted).reduce((sum, { bytes }) => sum + bytes, 0);
		saves.push({ hot: bytesOf("T"), cold: bytesOf("S") });
	}
	return saves;
}

/** Six conditions of segments that count some of a customer's events. */
const COUNTED = Array.from(
	{ length: 6 },
	(_, group): MeasureSpec => ({
		kind: "count",
		event: "Product Viewed",
		where: [{ path: "properties.group", is: { op: "eq", value: group } }],
		bucketMs: 86_400_000,
	}),
);

function bookOf(specs: readonly MeasureSpec[]): MeasureBook {
	const keep = measureKeeper(sha256);
	return measureBook(
		specs.map((spec) => keep({ spec, keptMs: Number.POSITIVE_INFINITY })),
		() => 0,
	);
}

/**
 * Somebody who signed up a year ago, changed three things since, and comes every few days: 312 events, six conditions of
 * segments count some of them, twenty events in the last 24 hours. Busier than 99 of 100 customers of the demo shop.
 */
function aCustomerOfAYear(book: MeasureBook = bookOf(COUNTED)): Fragment {
	const event = (i: number, daysAgo: number, fields: Partial<SourcedEvent> = {}): SourcedEvent => {
		const at = new Date(NOW.getTime() - daysAgo * 86_400_000 - i * 1000).toISOString();
		const messageId = `7f9c24e5-1b0d-4a4f-9e53-${String(i).padStart(12, "0")}`;
		return {
			messageId,
			type: "track",
			event: "Product Viewed",
			context: {},
			source: "web",
			properties: { group: i % 40 },
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
		foldEvents(fragment, all, { now, hashOf: messageHash, book, anew: true });
	return counted(today, NOW, counted(past, new Date("2026-01-29T12:00:00.000Z"), emptyFragment(SEED)));
}
