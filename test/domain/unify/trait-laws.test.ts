import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { COMPUTATIONS, STRATEGIES, trait as schema, type TraitDefinition } from "#contracts/definitions/trait.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { foldProfile } from "#domain/unify/fold-profile.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import type { SaidRule } from "#domain/unify/trait-said.ts";
import { normaliseTrait } from "#domain/unify/trait-strategies.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { shuffled } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { type Had, valueByDefinition } from "#test/support/trait-reference.ts";

const numRuns = lawRuns();

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const said = STRATEGIES.map((strategy) => ({
	...{ id: strategy.replace("_", "-"), trait: strategy, strategy },
	...(strategy === "source_priority" && { sources: ["crm", "web"] }),
	declaredBy: ["portal"],
}));
const computed = COMPUTATIONS.flatMap((compute) =>
	[undefined, "30d", "12h", "90m", "5m"].map((within) => ({
		...{ id: "t", trait: `${compute} ${within}`, compute, event: "Bought" },
		where: [{ path: "properties.ok", is: { op: "ne", value: false } }],
		...(!["count", "days_since"].includes(compute) && { property: "properties.v" }),
		...(within && { within }),
	})),
);
const definitions = [...said, ...computed].map((one): TraitDefinition => schema.parse(one));
const rules = compileTraits(
	definitions.map((one) => ({ ...one, version: 1, appliedAt: "2026-01-01T00:00:00.000Z" })),
	sha256,
);

const aValue: fc.Arbitrary<Json> = fc.oneof(
	fc.integer({ min: -3, max: 3 }),
	fc.integer({ min: -500, max: 500 }).map((cents) => cents / 100),
	fc.constantFrom("", "a", "b", "Ä", "😀", "$", true, false),
	fc.constant(null),
	fc.array(fc.constantFrom<Json>("a", "b", 7, null, ["c"]), { maxLength: 3 }),
);
/** Around the edges of every window that is looked through, a little after forty days. */
const aTime = fc
	.tuple(fc.constantFrom(0, 10, 39, 39.4, 39.9, 39.99, 40), fc.integer({ min: -30, max: 30 }))
	.map(([day, minutes]) => new Date(START + day * DAY + minutes * MINUTE).toISOString());

const aHappening: fc.Arbitrary<Had & { id: number }> = fc
	.record({
		id: fc.nat(60),
		at: aTime,
		source: fc.constantFrom("web", "crm", "portal", "app"),
		fragment: fc.constantFrom("a", "b", "c"),
		isDeclared: fc.boolean(),
		traits: fc.option(fc.dictionary(fc.constantFrom(...STRATEGIES), aValue, { minKeys: 1 })),
		properties: fc.record({ v: aValue, ok: fc.boolean() }, { requiredKeys: ["ok"] }),
	})
	.map(({ id, at, source, fragment, isDeclared, traits, properties }) => ({
		...{ id, fragment },
		event: {
			messageId: `m-${id}`,
			...(traits ? { type: "identify", traits } : { type: "track", event: "Bought", properties }),
			context: isDeclared ? { declared: true } : {},
			source,
			...happenedAt(at),
		} satisfies SourcedEvent as SourcedEvent,
	}));
const happenings = fc.uniqueArray(aHappening, { maxLength: 40, selector: ({ id }) => id });
const someNumbers = fc.infiniteStream(fc.nat());

const book = measureBook(rules.measures.values(), rules.placeOf);
/** Events are received when they are folded, whenever they happened. */
const fold = (known: Fragment, events: readonly SourcedEvent[], now: Date) =>
	foldEvents(
		known,
		events.map((event) => ({ ...event, receivedAt: now.toISOString() })),
		{ rules, book, hashOf: messageHash, now },
	);

/** All of it taken in piece by piece: each event into its fragment, in batches cut at chance, at a clock that goes. */
function takeIn(had: readonly Had[], random: Iterator<number>, clock: () => number): Fragment[] {
	const fragments = new Map<string, Fragment>();
	for (let left = [...had]; left.length > 0; ) {
		const batch = left.splice(0, 1 + ((random.next().value as number) % 5));
		const now = new Date(clock());
		for (const [name, all] of Map.groupBy(batch, ({ fragment }) => fragment)) {
			const known = fragments.get(name) ?? emptyFragment(name as SeedId);
			fragments.set(
				name,
				fold(
					known,
					all.map(({ event }) => event),
					now,
				),
			);
		}
	}
	return shuffled([...fragments.values()], random);
}

function valuesOf(fragments: readonly Fragment[], now: Date): Record<string, Json | undefined> {
	const parts = { profileId: "a" as SeedId, nodes: [], fragments: [emptyFragment("a" as SeedId), ...fragments] };
	const { traits } = foldProfile({ ...parts, view: { rules, now: () => now } });
	return Object.fromEntries(definitions.map(({ trait }) => [trait, traits[trait]?.value]));
}

const byDefinition = (had: readonly Had[], now: Date): Record<string, Json | undefined> =>
	Object.fromEntries(definitions.map((one) => [one.trait, valueByDefinition(one, had, now)]));

describe("the traits of a profile", lawTime(numRuns), () => {
	it("are what their definitions say, whatever order and batches events came in, and however often", () => {
		fc.assert(
			fc.property(happenings, someNumbers, fc.integer({ min: 0, max: 60 * 24 * 3 }), (had, random, later) => {
				const came = shuffled([...had, ...had, ...had.slice(1)], random);
				const now = new Date(START + 40 * DAY + later * MINUTE);
				const fragments = takeIn(came, random, () => START + 40 * DAY);
				expect(valuesOf(fragments, now)).toEqual(byDefinition(had, now));
			}),
			{ numRuns },
		);
	});

	it("are so too when the clock jumped while they came, and old stretches of time were dropped on the way", () => {
		fc.assert(
			fc.property(happenings, someNumbers, (had, random) => {
				let clock = START;
				const jump = () => {
					clock +=
						((random.next().value as number) % 5) * ((random.next().value as number) % 3 === 0 ? 10 * DAY : MINUTE);
					return clock;
				};
				const fragments = takeIn(shuffled(had, random), random, jump);
				for (const later of [0, 4 * MINUTE, 11 * 60 * MINUTE, 29 * DAY]) {
					const now = new Date(clock + later);
					expect(valuesOf(fragments, now)).toEqual(byDefinition(had, now));
				}
			}),
			{ numRuns },
		);
	});
});

describe("normaliseTrait", lawTime(numRuns), () => {
	const anEntry = fc.record(
		{
			value: aValue,
			at: aTime,
			messageId: fc.constantFrom("m-1", "m-2", "m-3"),
			source: fc.constantFrom("web", "crm", "portal"),
			declared: fc.constant(true as const),
		},
		{ requiredKeys: ["value", "at", "messageId", "source"] },
	);
	const entries = fc.array(anEntry, { maxLength: 12 });

	it.each(STRATEGIES)("of %s may be done to a part first, and to that and the rest again", (strategy) => {
		const rule: SaidRule = { strategy, sources: ["crm", "web"], declaredBy: ["portal"] };
		const sorted = (all: readonly object[]) => all.map((one) => JSON.stringify(one)).sort();
		fc.assert(
			fc.property(entries, entries, someNumbers, (a, b, random) => {
				const whole = normaliseTrait(rule, shuffled([...a, ...b, ...a], random));
				expect(sorted(normaliseTrait(rule, [...b, ...normaliseTrait(rule, a)]))).toEqual(sorted(whole));
				expect(sorted(normaliseTrait(rule, whole))).toEqual(sorted(whole));
			}),
			{ numRuns },
		);
	});
});
