import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { emptyFragment, foldEvents, MAX_DAYS } from "#domain/unify/fold-events.ts";
import { MAX_TRAITS } from "#domain/unify/fold-traits.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { shuffled } from "#test/support/identity.ts";

const now = new Date("2026-03-01T12:30:00.000Z");
const empty = emptyFragment("seed" as SeedId);
const deps = {
	leavesOf: ({ event }: SourcedEvent) => (event === undefined ? [] : [`leaf-${event}`, "any"]),
	hashOf: messageHash,
	now,
};
const fold = (events: readonly SourcedEvent[], fragment = empty) => foldEvents(fragment, events, deps);

const event = (messageId: string, at: string, fields: Partial<SourcedEvent> = {}): SourcedEvent => ({
	messageId,
	type: "track",
	event: "Seen",
	context: {},
	source: "web",
	...happenedAt(at),
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
		name: fc.constantFrom("A", "B"),
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

	it("counts an event for each of its leaves on the day it happened, not the day it came", () => {
		const fragment = fold([event("m-1", day(1)), event("m-2", day(1)), event("m-3", day(2), { event: "Bought" })]);
		expect(fragment.leaves).toEqual({
			"leaf-Seen": { 18263: 2 },
			"leaf-Bought": { 18264: 1 },
			any: { 18263: 2, 18264: 1 },
		});
		expect(fragment).toMatchObject({ eventCount: 3, firstSeen: day(1), lastSeen: day(2) });
	});

	it("remembers a messageId for a day, and not for ever", () => {
		const fragment = fold([event("m-1", day(1))]);
		const later = (hours: number) => ({ ...deps, now: new Date(now.getTime() + hours * 3_600_000) });
		expect(foldEvents(fragment, [event("m-1", day(1))], later(23))).toBe(fragment);
		expect(foldEvents(fragment, [event("m-1", day(1))], later(24)).eventCount).toBe(2);
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

	it("adds up the days that are long past, and loses none of them, whatever order they came in", () => {
		const many = Array.from({ length: MAX_DAYS + 50 }, (_, i) => event(`m-${i}`, day(i)));
		const counts = fold(many).leaves.any ?? {};
		expect(Object.keys(counts)).toHaveLength(MAX_DAYS);
		expect(counts[0]).toBe(51);
		const fragment = many.toReversed().reduce((before, one) => fold([one], before), empty);
		expect(fragment.leaves.any).toEqual(counts);
	});
});
