import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { clusters } from "#domain/unify/clusters.ts";
import { evidenceMemory } from "#domain/unify/evidence-memory.ts";
import { linkStars } from "#domain/unify/link-stars.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { gatherStars } from "#domain/unify/star.ts";
import { aSighting, evidenceOf, identified, LOYAL, openVault, type Seen, shuffled } from "#test/support/identity.ts";
import { memoryItemStore, takeTurns } from "#test/support/memory-item-store.ts";

/** More of them at night: `TUTTI_LAW_RUNS=10000`. */
const RUNS = Number(import.meta.env.TUTTI_LAW_RUNS ?? 500);

const now = () => new Date("2026-01-02T00:00:00Z");

/** A graph on an empty store, and a worker that takes batches of events into it. */
function aStream(others?: () => Promise<void>) {
	const items = memoryItemStore(others);
	const graph = itemIdentityGraph({ items, vault: openVault, now });
	const saturated: SeedId[] = [];
	let refusals = 0;
	const deps = () => ({
		graph,
		memory: evidenceMemory({ now }),
		rules: LOYAL,
		pause: async () => void refusals++,
		onSaturated: (center: SeedId) => void saturated.push(center),
	});
	/** A worker with a memory of its own. */
	const aWorker =
		(own = deps()) =>
		async (batch: readonly Seen[]) => {
			const { failed } = await linkStars(gatherStars(batch.map((seen) => identified(seen, JSON.stringify(seen)))), own);
			for (const error of failed.values()) throw error;
		};
	return { items, graph, aWorker, take: aWorker(), saturated, refusals: () => refusals };
}

/** Who is who in the graph: the canonical id of each identifier, and who is with it. */
async function peopleIn({ graph }: Pick<ReturnType<typeof aStream>, "graph">, events: readonly Seen[]) {
	const names = [...new Set(events.flatMap((event) => event.names))] as SeedId[];
	const places = await findPlaces(names, graph);
	return Object.fromEntries(
		names.toSorted().map((name) => {
			const place = places.get(name);
			return [name, { id: place?.profileId, with: place?.members, contested: place?.record?.contested ?? false }];
		}),
	);
}

/** The same by the definition. */
function peopleBy(events: readonly Seen[]) {
	const found = clusters(evidenceOf(events), LOYAL).flatMap(({ id, members, contested }) =>
		members.map((name) => [name, { id, with: members, contested }] as const),
	);
	return Object.fromEntries(found.toSorted(([x], [y]) => (x < y ? -1 : 1)));
}

const events = fc.array(aSighting, { minLength: 1, maxLength: 25 });
const batches = (all: readonly Seen[], sizes: Iterator<number>): Seen[][] => {
	const [size = 1] = [1 + ((sizes.next().value as number) % 5)];
	return all.length === 0 ? [] : [all.slice(0, size), ...batches(all.slice(size), sizes)];
};

describe("linkStars", () => {
	it("ends as the definition says, whatever order events come in, however often, in whatever batches", {
		timeout: 600_000,
	}, async () => {
		await fc.assert(
			fc.asyncProperty(events, fc.infiniteStream(fc.nat()), async (all, random) => {
				const doubled = shuffled([...all, ...all.filter((_, i) => i % 3 === 0)], random);
				const stream = aStream();
				for (const batch of batches(doubled, random)) await stream.take(batch);
				expect(await peopleIn(stream, all)).toEqual(peopleBy(all));
				expect(stream.saturated).toEqual([]);
			}),
			{ numRuns: RUNS },
		);
	});

	it("ends so, too, when several workers take the events at once", { timeout: 600_000 }, async () => {
		let refusals = 0;
		await fc.assert(
			fc.asyncProperty(events, fc.infiniteStream(fc.nat()), async (all, random) => {
				const stream = aStream(takeTurns);
				const work = batches(shuffled([...all, ...all], random), random);
				const worker = async (take = stream.aWorker()) => {
					for (let batch = work.pop(); batch; batch = work.pop()) {
						const mine = batch;
						// as the queue does: what failed comes again
						await take(mine).catch(() => work.push(mine));
					}
				};
				await Promise.all([worker(), worker(), worker(), worker()]);
				refusals += stream.refusals();
				expect(await peopleIn(stream, all)).toEqual(peopleBy(all));
			}),
			{ numRuns: RUNS / 2 },
		);
		expect(refusals).toBeGreaterThan(0); // they did meet
	});
});
