import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { toldAt, type Waiting, waitingWith } from "#domain/unify/unsettled.ts";
import { identified, type Seen, STRICT } from "#test/support/identity.ts";
import { mixed, numbers, someEvents, someLimits } from "#test/support/identity-steps.ts";
import { anIdentityWorld, type IdentityWorld, namesOf, peopleIn } from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

const RUNS = lawRuns();
const slow = lawTime(RUNS, 200);

/** Hubs everywhere: nearly every event has to do with one. */
const CROWDED: typeof STRICT = {
	...STRICT,
	identifiers: STRICT.identifiers.map((type) => ({ ...type, ...(type.maxPeers !== undefined && { maxPeers: 1 }) })),
};

const someRules = fc.constantFrom(STRICT, CROWDED);

describe("whoever changes with an event", () => {
	it("is named where the pass looks, so that all their segments are decided anew", slow, async () => {
		const met = { besides: 0, atHubs: 0, retired: 0 };
		await fc.assert(
			fc.asyncProperty(someEvents, someRules, someLimits, numbers, async (all, rules, limits, random) => {
				const world = anIdentityWorld({ rules, limits });
				const names = namesOf(all);
				for (const step of mixed(all, [], random)) {
					if (!("seen" in step)) continue;
					const before = await profilesIn(world, names);
					await world.take([step.seen]);
					const changed = differing(before, await profilesIn(world, names));
					const { own, isHub, waiting } = await lookAt(step.seen, world);
					const found = [...own, ...waiting.live, ...waiting.retired];
					expect(found).toEqual(expect.arrayContaining(changed));
					for (const record of waiting.records) await world.stored.settle(record);
					met.besides += Number(changed.some((id) => !own.includes(id)));
					met.atHubs += Number(isHub && changed.some((id) => !own.includes(id)));
					met.retired += waiting.retired.length;
				}
			}),
			{ numRuns: RUNS },
		);
		expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
	});
});

/** Who is in each profile there is. */
async function profilesIn(world: IdentityWorld, names: readonly string[]): Promise<Map<string, string>> {
	const people = Object.values(await peopleIn(world, names));
	return new Map(people.flatMap(({ id, with: members }) => (id && members ? [[id, members.join()] as const] : [])));
}

/** The profiles that are others than before, that are no more, and those made of who was in others. */
function differing(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
	const known = new Set([...before.values()].flatMap((members) => members.split(",")));
	const ids = new Set([...before.keys(), ...after.keys()]);
	const isOfKnown = (id: string) =>
		before.has(id) ||
		after
			.get(id)
			?.split(",")
			.some((member) => known.has(member));
	return [...ids].filter((id) => before.get(id) !== after.get(id) && isOfKnown(id));
}

/** What the pass does with an event once it is linked (`functions/unify/process-events`). */
async function lookAt(seen: Seen, { stored, resolving }: IdentityWorld) {
	const { identifiers } = identified(seen, "");
	const places = await findPlaces(seen.names as SeedId[], stored);
	const records = toldAt(identifiers, places).flatMap((id) => places.get(id)?.record ?? []);
	const waiting: Waiting = await waitingWith(records, resolving);
	const place = places.get(identifiers[0].id);
	return { own: place ? [place.profileId as string] : [], isHub: place?.isHub ?? false, waiting };
}
