import fc from "fast-check";
import { expect, it } from "vitest";
import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { membersAsOf } from "#domain/unify/as-of-members.ts";
import { decideIdentity } from "#domain/unify/decide-identity.ts";
import { evidenceMemory } from "#domain/unify/evidence-memory.ts";
import { linkStars } from "#domain/unify/link-stars.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { gatherStars } from "#domain/unify/star.ts";
import { aSighting, aStrictName, identified, LOYAL, nodeId, openVault, type Seen } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const RUNS = lawRuns(300);
const MINUTE = 60_000;

/** A store with a clock that goes: a minute for each thing that happens. */
function aHistory() {
	let minutes = 0;
	let names = 0;
	const now = () => new Date(Date.UTC(2026, 1, 1) + minutes * MINUTE);
	const items = memoryItemStore();
	const graph = itemIdentityGraph({ items, vault: openVault, now });
	const journal = itemIdentityJournal({ items });
	const resolving = { graph, rules: LOYAL, now, pause: async () => {} };
	const blocked = itemBlockedIdentifiers({ items });
	return {
		...{ graph, journal, now, tick: () => void minutes++ },
		async see(seen: Seen) {
			const stars = gatherStars([identified(seen, JSON.stringify(seen))]);
			await linkStars(stars, { ...resolving, memory: evidenceMemory({ now }), onSaturated: () => {} });
		},
		decide: (kind: "allow" | "deny", a: string, b: string) =>
			decideIdentity(
				{ kind, a: nodeId(a), b: nodeId(b) },
				{ by: "somebody" },
				{ ...resolving, journal, blocked, newId: () => `said-${names++}` },
			),
	};
}

const aLoyalName = aStrictName.filter((name) => /^[uea]/.test(name));
const aStep = fc.oneof(
	{ weight: 4, arbitrary: aSighting.map((seen) => ({ seen })) },
	{
		weight: 1,
		arbitrary: fc.record({ kind: fc.constantFrom("allow" as const, "deny" as const), a: aLoyalName, b: aLoyalName }),
	},
);

it(
	"knows of every moment who was one person with whom, through whatever merges, splits and decisions came since",
	lawTime(RUNS),
	async () => {
		let moved = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(aStep, { minLength: 2, maxLength: 15 }), async (steps) => {
				const history = aHistory();
				const was: { at: string; id: SeedId; profileId: SeedId; members: readonly SeedId[] }[] = [];
				const known = new Set<SeedId>();
				for (const step of steps) {
					history.tick();
					if ("seen" in step) await history.see(step.seen);
					else await history.decide(step.kind, step.a, step.b);
					for (const name of "seen" in step ? step.seen.names : [step.a, step.b]) known.add(name as SeedId);
					const at = new Date(history.now().getTime() + MINUTE / 2).toISOString();
					for (const [id, place] of await findPlaces([...known], history.graph)) {
						was.push({ at, id, profileId: place.profileId, members: place.members });
					}
				}
				const places = await findPlaces([...known], history.graph);
				for (const { at, id, profileId, members } of was) {
					const now = places.get(id)?.profileId ?? id;
					const found = await membersAsOf({ id, profileId: now, at }, history.journal);
					expect(found).toEqual({ kind: "found", profileId, members });
					if (now !== profileId) moved++;
				}
			}),
			{ numRuns: RUNS },
		);
		expect(moved).toBeGreaterThan(0);
	},
);
