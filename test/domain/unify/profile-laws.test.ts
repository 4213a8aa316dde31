import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { COMPUTATIONS, STRATEGIES, trait as schema, type TraitDefinition } from "#contracts/definitions/trait.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Profile } from "#domain/model/profile.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { foldBatch } from "#domain/unify/fold-batch.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import type { Identified } from "#domain/unify/star.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { happenedAt } from "#test/support/event-times.ts";
import { aStrictSighting, aWish, nodeId, type Seen, STRICT, shuffled, type Wish } from "#test/support/identity.ts";
import { anIdentityWorld, fulfil, journalIdOfEvent, namesOf, peopleBy } from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { valueByDefinition } from "#test/support/trait-reference.ts";

const RUNS = lawRuns();
const slow = lawTime(RUNS, 200);

const NOW = new Date("2026-01-02T00:00:00.000Z");
const DAY = 24 * 60 * 60 * 1000;

const definitions: TraitDefinition[] = [
	...STRATEGIES.map((strategy) => ({
		...{ id: strategy.replace("_", "-"), trait: strategy, strategy },
		...(strategy === "source_priority" && { sources: ["crm", "web"] }),
	})),
	...COMPUTATIONS.flatMap((compute) =>
		[undefined, "30d"].map((within) => ({
			...{ id: "t", trait: `${compute} ${within}`, compute, event: "Bought" },
			...(!["count", "days_since"].includes(compute) && { property: "properties.v" }),
			...(within && { within }),
		})),
	),
].map((one) => schema.parse(one));
const rules = compileTraits(
	definitions.map((one) => ({ ...one, version: 1, appliedAt: "2026-01-01T00:00:00.000Z" })),
	sha256,
);
const book = measureBook(rules.measures.values(), rules.placeOf);

/** Who was seen, on one of sixty days, and what was said or done. */
type Done = Seen & { readonly source: string } & (
		| { readonly traits: { readonly [name: string]: Json } }
		| { readonly v: Json }
	);
const aValue = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom<Json>("a", "b", null));
const aDeed: fc.Arbitrary<Done> = fc
	.tuple(
		aStrictSighting,
		fc.constantFrom("web", "crm", "app"),
		fc.oneof(
			fc.record({ traits: fc.dictionary(fc.constantFrom(...STRATEGIES), aValue, { minKeys: 1 }) }),
			fc.record({ v: aValue }),
		),
	)
	.map(([{ names, at }, source, what]) => ({ names, at: daysFor(at), source, ...what }));
const deeds = fc.uniqueArray(aDeed, { minLength: 1, maxLength: 16, selector: (deed) => JSON.stringify(deed) });
const wishes = fc.array(aWish, { maxLength: 4 });
const numbers = fc.infiniteStream(fc.nat());

/** A day for each minute of the hour that sightings are of. */
const daysFor = (at: string): string =>
	new Date(NOW.getTime() - (60 - new Date(at).getUTCMinutes()) * DAY).toISOString();

const eventOf = (deed: Done): SourcedEvent => ({
	messageId: JSON.stringify(deed),
	...("traits" in deed
		? { type: "identify", traits: deed.traits }
		: { type: "track", event: "Bought", properties: { v: deed.v } }),
	context: {},
	source: deed.source,
	...happenedAt(deed.at),
	receivedAt: NOW.toISOString(),
});

function aWorld() {
	const world = anIdentityWorld({ rules: STRICT });
	const fragments = itemFragments({ items: world.items });
	const now = () => NOW;
	const folding = { fragments, rules, book, hashOf: messageHash, now, pause: async () => {} };
	const view = { rules, now };
	return {
		...{ world, fragments },
		async take(batch: readonly Done[]): Promise<void> {
			await world.take(batch.map(({ names, at }) => ({ names, at })));
			const events = batch.map((deed) => ({ event: eventOf(deed), identifiers: deed.names.map(nodeId) }));
			const { failed } = await foldBatch(events as unknown as Identified[], folding); // each has one at least
			for (const error of failed.values()) throw error;
		},
		profileOf: (name: string) => readProfile(name as SeedId, { graph: world.stored, fragments, view }),
	};
}

const valuesOf = (profile: Profile | undefined): Record<string, Json | undefined> =>
	Object.fromEntries(definitions.map(({ trait }) => [trait, profile?.traits[trait]?.value]));

/** The same by the definition: of whoever is one person all that was done under his identifiers. */
function valuesBy(done: readonly Done[], members: readonly string[]): Record<string, Json | undefined> {
	const had = done
		.filter(({ names: [strongest = ""] }) => members.includes(strongest))
		.map((deed) => ({ event: eventOf(deed), fragment: deed.names[0] ?? "" }));
	return Object.fromEntries(definitions.map((one) => [one.trait, valueByDefinition(one, had, NOW)]));
}

describe("profiles", () => {
	it(
		"are what the definitions say of clusters, traits and ids, whatever order and batches things came in",
		slow,
		async () => {
			const met = { together: 0, traits: 0 };
			await fc.assert(
				fc.asyncProperty(deeds, wishes, numbers, async (done, wished, random) => {
					const { world, take, profileOf } = aWorld();
					type Step = { readonly deed: Done } | { readonly wish: Wish };
					const steps = [...done, ...done.filter((_, i) => i % 2 === 0)].map((deed): Step => ({ deed }));
					for (const step of shuffled<Step>([...steps, ...wished.map((wish) => ({ wish }))], random)) {
						if ("wish" in step) await fulfil(step.wish, world);
						else await take([step.deed, ...done.slice(0, (random.next().value as number) % 3)]);
					}
					const people = peopleBy(world, done, { rules: STRICT });
					for (const name of namesOf(done)) {
						const profile = await profileOf(name);
						const members = people[name]?.with ?? [];
						expect(profile?.profileId).toBe(people[name]?.id);
						expect(valuesOf(profile)).toEqual(valuesBy(done, members));
						expect(profile?.eventCount).toBe(
							done.filter(({ names: [x = ""] }) => members.includes(x as SeedId)).length,
						);
						met.together += Number(members.length > 2);
						met.traits += Object.keys(profile?.traits ?? {}).length;
					}
				}),
				{ numRuns: RUNS },
			);
			expect(Math.min(...Object.values(met))).toBeGreaterThan(RUNS);
		},
	);

	it("have back to the last trait what was theirs when a merge is undone: no fragment is touched", slow, async () => {
		let undone = 0;
		await fc.assert(
			fc.asyncProperty(deeds, aDeed, async (done, last) => {
				const { world, take, profileOf, fragments } = aWorld();
				fc.pre(!done.some(({ names, at }) => at === last.at && names.join() === last.names.join()));
				await take(done);
				const names = namesOf(done);
				const own = last.names[0] ?? "";
				const others = names.filter((name) => name !== own) as SeedId[];
				const before = { fragments: await fragments.load(others), people: await peopleOf(names) };
				await take([last]);
				const after = await peopleOf(names);
				const journalId = await journalIdOfEvent(world, last);
				fc.pre(journalId !== undefined);
				fc.pre(names.every((name) => before.people[name]?.with.every((one) => after[one]?.id === after[name]?.id)));
				const outcome = await world.decide({ kind: "undo", journalId: journalId ?? "" });
				fc.pre(outcome.kind === "done");
				undone++;
				expect(await fragments.load(others)).toEqual(before.fragments);
				const now = await peopleOf(names);
				for (const name of names) {
					if (before.people[name]?.with.includes(own) || now[name]?.with.includes(own)) continue; // the event itself stays his
					expect(now[name]).toEqual({ ...before.people[name], id: now[name]?.id });
				}

				async function peopleOf(all: readonly string[]) {
					const profiles = await Promise.all(all.map(async (name) => [name, await profileOf(name)] as const));
					return Object.fromEntries(
						profiles.map(([name, profile]) => [
							name,
							{
								id: profile?.profileId,
								with: namesIn(profile).filter((one) => all.includes(one)),
								eventCount: profile?.eventCount,
								traits: profile?.traits,
							},
						]),
					);
				}
			}),
			{ numRuns: RUNS },
		);
		expect(undone).toBeGreaterThan(0);
	});
});

const namesIn = (profile: Profile | undefined): string[] =>
	(profile?.identifiers ?? []).map(({ namespace, value }) => `${namespace[0]}:${value}`).sort();
