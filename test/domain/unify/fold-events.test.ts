import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { measureKeeper } from "#domain/rules/measures/keep-measure.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { MAX_TRAITS } from "#domain/unify/fold-traits.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { shuffled } from "#test/support/identity.ts";

const now = new Date("2026-03-01T12:30:00.000Z");
const empty = emptyFragment("seed" as SeedId);
/** Measures by readable names instead of hashes. */
const keep = measureKeeper((text) => (text.includes("Bought") ? "bought" : text.includes('"seen"') ? "last" : "seen"));
const kept = (kind: "count" | "seen", event: string, bucketMs: number) =>
	keep({ spec: { kind, event, where: [], bucketMs }, keptMs: Number.POSITIVE_INFINITY });
const DAY = 86_400_000;
const book = measureBook([kept("count", "Seen", DAY), kept("count", "Bought", DAY), kept("seen", "Seen", 0)], () => 0);
const deps = { book, hashOf: messageHash, now };
const fold = (events: readonly SourcedEvent[], fragment = empty) => foldEvents(fragment, events, deps);

const event = (messageId: string, at: string, fields: Partial<SourcedEvent> = {}): SourcedEvent => ({
	messageId,
	type: "track",
	event: "Seen",
	context: {},
	source: "web",
	...happenedAt(at),
	receivedAt: now.toISOString(),
	...fields,
});
const identify = (messageId: string, at: string, traits: { [name: string]: Json }) =>
	event(messageId, at, { type: "identify", traits });
const day = (number: number) => new Date(Date.UTC(2020, 0, 1 + number)).toISOString();

/** All that a fragment says, without how it came to be: how many writes, and in which order hashes were remembered. */
const meaning = ({ version: _, ring, ...said }: Fragment) => ({
	...said,
	ring: Object.values(ring)
		.flatMap((text) => text.match(/.{8}/g))
		.sort(),
});

const anEvent = fc
	.record({
		id: fc.nat(30),
		minute: fc.nat(5),
		traits: fc.option(
			fc.dictionary(fc.constantFrom("plan", "city", "__proto__", "age"), fc.oneof(fc.nat(3), fc.constant(null))),
		),
		name: fc.constantFrom("Seen", "Bought"),
	})
	// the same messageId is the same event
	.map(({ id, minute, traits, name }) => {
		const at = new Date(Date.UTC(2026, 1, 1 + (id % 3), 0, minute)).toISOString();
		return traits ? identify(`m-${id}`, at, traits) : event(`m-${id}`, at, { event: name });
	});
const events = fc.uniqueArray(anEvent, { maxLength: 20, selector: ({ messageId }) => messageId });

describe("foldEvents", () => {
	it("says the same whatever order events come in, and however often", () => {
		fc.assert(
			fc.property(events, fc.infiniteStream(fc.nat()), (all, random) => {
				const doubled = shuffled([...all, ...all, ...all.slice(1)], random);
				expect(meaning(fold(doubled))).toEqual(meaning(fold(all)));
			}),
		);
	});

	it("says the same whether events come together or one by one", () => {
		fc.assert(
			fc.property(events, (all) => {
				const oneByOne = all.reduce((fragment, one) => fold([one], fragment), empty);
				expect({ ...oneByOne, version: 0 }).toEqual({ ...fold(all), version: 0 });
			}),
		);
	});

	it("answers the very same fragment when nothing is new, so that nothing is written", () => {
		const fragment = fold([event("m-1", day(1)), identify("m-2", day(2), { plan: "gold" })]);
		expect(fold([event("m-1", day(1)), event("m-2", day(2))], fragment)).toBe(fragment);
	});

	it.each<{ when: string; said: [string, string, Json][]; expected: Json }>([
		{
			when: "said later",
			said: [
				["m-1", day(2), "new"],
				["m-2", day(1), "old"],
			],
			expected: "new",
		},
		{
			when: "said at the same time with the greater messageId",
			said: [
				["m-9", day(1), "b"],
				["m-1", day(1), "a"],
			],
			expected: "b",
		},
		{
			when: "of nothing, when it was unset last",
			said: [
				["m-1", day(1), "gold"],
				["m-2", day(2), null],
			],
			expected: null,
		},
		{
			when: "set again after it was unset",
			said: [
				["m-1", day(1), null],
				["m-2", day(2), "gold"],
			],
			expected: "gold",
		},
		{
			when: "of an empty text, which unsets nothing",
			said: [
				["m-1", day(1), "gold"],
				["m-2", day(2), ""],
			],
			expected: "",
		},
	])("keeps the value $when", ({ said, expected }) => {
		const all = said.map(([id, at, plan]) => identify(id, at, { plan }));
		expect(fold(all).traits.plan?.map(({ value }) => value)).toEqual([expected]);
	});

	it("says of a trait where it came from", () => {
		const fragment = fold([identify("m-7", day(3), { plan: "gold" })]);
		expect(fragment.traits.plan).toEqual([{ value: "gold", at: day(3), messageId: "m-7", source: "web" }]);
	});

	it("counts an event in each of its measures on the day it happened, not the day it came", () => {
		const fragment = fold([event("m-1", day(1)), event("m-2", day(1)), event("m-3", day(2), { event: "Bought" })]);
		expect(fragment.measures).toEqual({
			seen: { 18263: { n: 2 } },
			bought: { 18264: { n: 1 } },
			last: { 0: { last: { at: day(1), messageId: "m-2", source: "web" } } },
		});
		expect(fragment).toMatchObject({ eventCount: 3, firstSeen: day(1), lastSeen: day(2) });
	});

	it("remembers a messageId for a day, and not for ever", () => {
		const fragment = fold([event("m-1", day(1))]);
		const later = (hours: number) => ({ ...deps, now: new Date(now.getTime() + hours * 3_600_000) });
		expect(foldEvents(fragment, [event("m-1", day(1))], later(23))).toBe(fragment);
		const again = event("m-1", day(1), { receivedAt: later(24).now.toISOString() });
		expect(foldEvents(fragment, [again], later(24)).eventCount).toBe(2);
	});

	it("changes nothing when a day comes again, however much later, in any order and any batches", () => {
		fc.assert(
			fc.property(events, fc.infiniteStream(fc.nat()), fc.integer({ min: 0, max: 72 * 60 }), (all, random, minutes) => {
				const fragment = fold(all);
				const later = { ...deps, now: new Date(now.getTime() + minutes * 60_000) };
				const again = shuffled([...all, ...all], random);
				expect(foldEvents(fragment, again, later)).toBe(fragment);
				expect(again.reduce((known, one) => foldEvents(known, [one], later), fragment)).toBe(fragment);
			}),
		);
	});

	it("takes of an event that comes a day late what may be taken twice: traits, times, and what happened last", () => {
		const receivedAt = new Date(now.getTime() - DAY).toISOString();
		const late = [
			event("m-1", day(1), { receivedAt }),
			event("m-2", day(2), { type: "identify", traits: { plan: "gold" }, receivedAt }),
		];
		const fragment = fold(late);
		expect(fragment).toMatchObject({ eventCount: 0, firstSeen: day(1), lastSeen: day(2), ring: {} });
		expect(fragment.measures).toEqual({ last: { 0: { last: { at: day(1), messageId: "m-1", source: "web" } } } });
		expect(fragment.traits.plan?.[0]?.value).toBe("gold");
		expect(fold(late, fragment)).toBe(fragment);
	});

	it("takes all of them where the fragment is made anew, and remembers those that may come again", () => {
		const receivedAt = new Date(now.getTime() - 30 * DAY).toISOString();
		const all = [event("m-1", day(1), { receivedAt }), event("m-2", day(2))];
		const fragment = foldEvents(empty, all, { ...deps, anew: true });
		expect(fragment.eventCount).toBe(2);
		expect(meaning(fragment).ring).toEqual([messageHash("m-2")]);
	});

	it("remembers the last 512 messageIds and no more", () => {
		const many = Array.from({ length: 600 }, (_, i) => event(`m-${i}`, day(1)));
		const fragment = fold(many);
		expect(meaning(fragment).ring).toHaveLength(512);
		expect(fold(many.slice(-512), fragment)).toBe(fragment);
		expect(fold(many.slice(0, 1), fragment).eventCount).toBe(601);
	});

	it("keeps the traits that were set last when somebody sends too many, whatever order they came in", () => {
		const many = Array.from({ length: MAX_TRAITS + 50 }, (_, i) => identify(`m-${i}`, day(i), { [`trait ${i}`]: i }));
		const kept = fold(many).traits;
		expect(Object.keys(kept)).toHaveLength(MAX_TRAITS);
		expect(kept["trait 50"]).toBeDefined();
		const backwards = many.toReversed().reduce((fragment, one) => fold([one], fragment), empty);
		expect(backwards.traits).toEqual(kept);
	});

	it("lets nobody fill unions until the store refuses the item, and goes on with all else", () => {
		const names = Array.from({ length: 9 }, (_, i) => `union ${i}`);
		const rules = compileTraits(
			[
				...names.map((trait) => ({ id: "u", trait, strategy: "union" as const, declaredBy: [] })),
				{ id: "plan", trait: "plan", strategy: "source_priority" as const, sources: ["web"], declaredBy: [] },
			].map((one) => ({ ...one, version: 1, appliedAt: day(0) })),
			sha256,
		);
		let fragment = empty;
		for (let i = 0; i < 200; i++) {
			const members = names.map((name) => [name, `${i} ${"x".repeat(100)}`] as const);
			const said = identify(`m-${i}`, day(i), { ...Object.fromEntries(members), plan: `plan ${i}`, city: `city ${i}` });
			fragment = foldEvents(fragment, [said], { ...deps, rules });
		}
		expect(JSON.stringify(fragment.traits).length).toBeLessThan(80_000);
		expect(fragment.traits["union 0"]?.length).toBeGreaterThan(10);
		expect([fragment.traits.plan?.[0]?.value, fragment.traits.city?.[0]?.value]).toEqual(["plan 199", "city 199"]);
	});
});
