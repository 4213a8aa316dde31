import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "#adapters/items/item-store.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import type { IdentityChanged } from "#contracts/bus/identity-changed.ts";
import type { ProfilesMerged, ProfilesSplit } from "#contracts/bus/profiles-merged.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Merged } from "#domain/unify/ports.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { STRICT } from "#test/support/identity.ts";
import { go, mixed, numbers, someEvents, someLimits, wishes } from "#test/support/identity-steps.ts";
import { anIdentityWorld, type IdentityWorld, namesOf, peopleIn } from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

const RUNS = lawRuns();
const slow = lawTime(RUNS, 200);

describe("what the bus is told", () => {
	it(
		"names with each merge and split the whole lineage: all that ever became part of a profile and still is",
		slow,
		async () => {
			const met = { long: 0, split: 0 };
			await fc.assert(
				fc.asyncProperty(someEvents, wishes, someLimits, numbers, async (all, wished, limits, random) => {
					const world = anIdentityWorld({ rules: STRICT, limits });
					for (const step of mixed(all, wished, random)) await go(world, step);
					const told = lineagesTold(world);
					const retired = new Set(told.flatMap((one) => one.retired));
					for (const [id, { record }] of await findPlaces(namesOf(all) as SeedId[], world.stored)) {
						if (!record || record.id !== id) continue;
						const { lineage, members } = record;
						expect(lineage.map(({ profileId }) => profileId).sort()).toEqual(
							members.filter((member) => member !== id && retired.has(member)).sort(),
						);
						const last = told.findLast(({ profileId }) => profileId === id);
						if (last) expect(last.lineage).toEqual(lineage);
						else expect(lineage).toEqual([]);
						met.long += Number(lineage.length > 1);
						met.split += Number(last?.isSplit ?? false);
					}
				}),
				{ numRuns: RUNS },
			);
			expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
		},
	);

	it("is every move: who follows what it tells knows who is who", slow, async () => {
		await fc.assert(
			fc.asyncProperty(someEvents, wishes, someLimits, numbers, async (all, wished, limits, random) => {
				const world = anIdentityWorld({ rules: STRICT, limits });
				for (const step of mixed(all, wished, random)) await go(world, step);
				const names = namesOf(all);
				const told = new Map(names.map((name) => [name, name]));
				for (const { seedId, profileId } of movesIn(world)) told.set(seedId, profileId);
				const people = await peopleIn(world, names);
				expect(names.map((name) => [name, told.get(name)])).toEqual(names.map((name) => [name, people[name]?.id]));
			}),
			{ numRuns: RUNS },
		);
	});
});

type Told = {
	readonly isSplit: boolean;
	readonly profileId: string;
	readonly retired: readonly string[];
	readonly at: string;
	readonly lineage: readonly (Omit<Merged, "profileId"> & { readonly profileId: string })[];
};

/** What the bus is told of the lineage of profiles that became one or several, in the order of its times. */
function lineagesTold({ items }: IdentityWorld): Told[] {
	const told = items.all().flatMap((item): Told[] => {
		if (!/^OUT#Profiles/.test(item.pk)) return [];
		const { detailType, detail } = outboxEntry(item as Item & { entry: string });
		if (detailType === "ProfilesMerged") return [{ isSplit: false, ...(detail as ProfilesMerged) }];
		const { parts, at } = detail as ProfilesSplit;
		return parts.map((part) => ({ isSplit: true, retired: [], at, ...part }));
	});
	return told.toSorted((x, y) => (x.at < y.at ? -1 : 1));
}

/** What the bus is told of moves, in the order of its times. */
function movesIn({ items }: IdentityWorld) {
	const told = items.all().flatMap((item) => {
		if (!item.pk.startsWith("OUT#IdentityChanged")) return [];
		return [outboxEntry(item as Item & { entry: string }).detail as IdentityChanged];
	});
	return told.toSorted((x, y) => (x.at < y.at ? -1 : 1)).flatMap(({ changes }) => changes);
}
