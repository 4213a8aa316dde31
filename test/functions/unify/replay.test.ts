import { describe, expect, it } from "vitest";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import type { Item } from "#adapters/items/item-store.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Profile } from "#domain/model/profile.ts";
import { readProfile } from "#domain/unify/read-profile.ts";
import { livesOf } from "#test/support/lives.ts";
import { aWorld, type World } from "../../../bench/identity/world.ts";
import { anEvent } from "./pass.ts";

/** A day of fourteen people's lives, received as it happened. */
const aDay = livesOf({ events: 300 }).map(({ timestamp, ...said }) => anEvent({ ...said, at: timestamp } as object));

const HOUR = 60 * 60 * 1000;

/** The same events, received so many hours later. */
const later = (events: readonly CollectedEvent[], hours: number): CollectedEvent[] =>
	events.map((event) => ({
		...event,
		receivedAt: new Date(Date.parse(event.receivedAt) + hours * HOUR).toISOString(),
	}));

/** The rows of the table by the letter of their kind. */
const rows = ({ memory }: World, isWanted: (item: Item) => boolean): Item[] =>
	memory
		.all()
		.filter(isWanted)
		.sort((x, y) => (x.pk + x.sk < y.pk + y.sk ? -1 : 1));

const isFragment = ({ pk }: Item): boolean => pk.startsWith("F#");

async function profilesIn({ memory }: World): Promise<Map<string, Profile>> {
	const vault = identifierVault(Buffer.alloc(32, 7));
	const graph = itemIdentityGraph({ items: memory, vault, now: () => new Date() });
	const ids = memory.all().flatMap(({ pk, sk }) => (sk === "NODE" ? [pk.slice(2) as SeedId] : []));
	const profiles = await Promise.all(
		ids.map((id) => readProfile(id, { graph, fragments: itemFragments({ items: memory }) })),
	);
	return new Map(profiles.flatMap((profile) => (profile ? [[profile.profileId, profile] as const] : [])));
}

describe("a day of events that comes again", () => {
	it("changes nothing on the same day, in whatever batches: not one row is written", async () => {
		const world = aWorld();
		try {
			await world.send(aDay, { anEnvelopeOf: 20 });
			const before = rows(world, () => true);
			expect(before.length).toBeGreaterThan(100);
			expect(await world.cost(aDay, { anEnvelopeOf: 20 })).toMatchObject({ writes: 0 });
			expect(await world.cost(aDay.toReversed(), { anEnvelopeOf: 7, worker: world.start() })).toMatchObject({
				writes: 0,
			});
			expect(rows(world, () => true)).toEqual(before);
		} finally {
			world.close();
		}
	});

	it("counts again what one person did before their last 512 events of the day, and nothing after", async () => {
		const world = aWorld();
		const busy = Array.from({ length: 600 }, (_, n) =>
			anEvent({ userId: "ada", at: new Date(Date.UTC(2026, 0, 30, 10, 0, n)).toISOString() }),
		);
		const count = async () => [...(await profilesIn(world)).values()].map(({ eventCount }) => eventCount);
		try {
			await world.send(busy, { anEnvelopeOf: 20 });
			expect(await count()).toEqual([600]);
			await world.send(busy.slice(-512), { anEnvelopeOf: 20 });
			expect(await count()).toEqual([600]);
			await world.send(busy.slice(0, 88), { anEnvelopeOf: 20 });
			expect(await count()).toEqual([600 + 88]);
		} finally {
			world.close();
		}
	});

	it("changes nothing of who is who or of what was said days later, when a fragment remembers no message; it counts again", async () => {
		const world = aWorld();
		try {
			await world.send(aDay, { anEnvelopeOf: 20 });
			const before = rows(world, (item) => !isFragment(item));
			const people = await profilesIn(world);
			expect(people.size).toBeGreaterThan(5);

			const cost = await world.cost(later(aDay, 72), { anEnvelopeOf: 20 });
			expect(Object.keys(cost.writeUnitsOf)).toEqual(["F"]);
			expect(rows(world, (item) => !isFragment(item))).toEqual(before);
			const again = await profilesIn(world);
			for (const [id, profile] of people) {
				expect(again.get(id)).toMatchObject({
					aliases: profile.aliases,
					identifiers: profile.identifiers,
					traits: profile.traits,
					firstSeen: profile.firstSeen,
					lastSeen: profile.lastSeen,
					eventCount: 2 * profile.eventCount,
				});
			}
			expect(again.size).toBe(people.size);
		} finally {
			world.close();
		}
	});
});
