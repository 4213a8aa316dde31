import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import type { Item } from "#adapters/items/item-store.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import { clusters } from "#domain/unify/clusters.ts";
import { evidenceMemory } from "#domain/unify/evidence-memory.ts";
import { linkStars } from "#domain/unify/link-stars.ts";
import type { IdentityGraph, KnownNode } from "#domain/unify/ports.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { gatherStars } from "#domain/unify/star.ts";
import { aSighting, evidenceOf, identified, LOYAL, openVault, type Seen, shuffled } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { type MemoryItemStore, memoryItemStore } from "#test/support/memory-item-store.ts";

const RUNS = lawRuns();

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
		now,
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
	return { items, graph, deps, aWorker, take: aWorker(), saturated, refusals: () => refusals };
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

const waysOf = (nodes: readonly KnownNode[]) =>
	Object.fromEntries(nodes.map(({ id, home, hub }) => [id, { home, hub }]));

const seen = (time: string, ...names: string[]): Seen => ({ names, at: `2026-01-01T${time}:00.000Z` });
const clock = (minute: number): string => new Date(minute * 60_000).toISOString().slice(11, 16);

/** The news in the outbox, as the bus will have them. */
const newsIn = (items: MemoryItemStore): BusEntry[] =>
	items.all().flatMap((item) => (item.pk.startsWith("OUT#") ? [outboxEntry(item as Item & { entry: string })] : []));

const events = fc.array(aSighting, { minLength: 1, maxLength: 25 });
/** Few people, so that everybody is in everybody's way. */
const fewEvents = fc.array(
	aSighting.filter(({ names }) => names.every((name) => /[12]$/.test(name))),
	{ minLength: 4, maxLength: 9 },
);
const batches = (all: readonly Seen[], sizes: Iterator<number>): Seen[][] => {
	const [size = 1] = [1 + ((sizes.next().value as number) % 5)];
	return all.length === 0 ? [] : [all.slice(0, size), ...batches(all.slice(size), sizes)];
};

describe("linkStars", () => {
	it(
		"ends as the definition says, whatever order events come in, however often, in whatever batches",
		lawTime(RUNS),
		async () => {
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
		},
	);

	it(
		"ends so, too, when several workers take the events at once, however their reads and writes fall",
		lawTime(RUNS),
		async () => {
			let refusals = 0;
			await fc.assert(
				fc.asyncProperty(fewEvents, fc.scheduler(), fc.infiniteStream(fc.nat()), async (all, scheduler, random) => {
					const stream = aStream(() => scheduler.schedule(Promise.resolve()));
					const work = shuffled([...all, ...all.slice(0, 2)], random);
					const worker = async (take = stream.aWorker()) => {
						for (let one = work.pop(); one; one = work.pop()) {
							const mine = one;
							// as the queue does: what failed comes again
							await take([mine]).catch(() => work.push(mine));
						}
					};
					await scheduler.waitFor(Promise.all([worker(), worker(), worker(), worker()]));
					refusals += stream.refusals();
					const ended = peopleIn(stream, all);
					await scheduler.waitIdle();
					expect(await ended).toEqual(peopleBy(all));
				}),
				{ numRuns: RUNS },
			);
			expect(refusals).toBeGreaterThan(0); // they did meet
		},
	);

	it("knows afterwards where the identifiers lead, as if it had read them again", lawTime(RUNS), async () => {
		let known = 0;
		await fc.assert(
			fc.asyncProperty(events, fc.infiniteStream(fc.nat()), fc.constantFrom(12, 5), async (all, random, maxWrites) => {
				const stream = aStream();
				const own = { ...stream.deps(), limits: { maxWrites } };
				for (const batch of batches(shuffled([...all, ...all.slice(0, 3)], random), random)) {
					const { nodes } = await linkStars(gatherStars(batch.map((one) => identified(one, JSON.stringify(one)))), own);
					const stored = await stream.graph.look({ nodes: nodes.map(({ id }) => id), edges: [] });
					expect(waysOf(nodes)).toEqual(waysOf(stored.nodes));
					known += nodes.length;
				}
			}),
			{ numRuns: RUNS },
		);
		expect(known).toBeGreaterThan(RUNS);
	});

	it("reads nothing again that it has just written", async () => {
		const { items, take } = aStream();
		await take([seen("10:00", "u:ada", "a:phone")]);
		expect(items.counts.reads).toBe(6); // two identifiers and their edge, then the same for sure
		await take([seen("10:30", "u:ada", "a:phone"), seen("10:31", "a:phone")]);
		expect(items.counts.reads).toBe(6);
	});

	it("writes nothing when everything is known already", async () => {
		const { items, take } = aStream();
		await take([seen("10:00", "u:ada", "e:ada", "a:phone"), seen("10:00", "a:tablet")]);
		const before = items.counts.writes;
		await take([
			seen("11:00", "u:ada", "a:phone"),
			seen("12:00", "u:ada", "e:ada", "a:phone"),
			seen("12:00", "a:tablet"),
		]);
		expect(items.counts.writes).toBe(before);
	});

	it("notes once a day at most that an identifier was seen again, and each new source once", async () => {
		const { items, take } = aStream();
		await take([seen("10:00", "a:phone")]);
		const before = items.counts.writes;
		for (const hour of ["11", "12", "13"])
			await take([{ ...seen("10:00", "a:phone"), at: `2026-01-05T${hour}:00:00.000Z` }]);
		expect(items.counts.writes).toBe(before + 1);
		expect(items.all().map(({ last }) => last)).toEqual(["2026-01-05"]);
	});

	it("costs one plain write for a visitor who is new and alone", async () => {
		const { items, take } = aStream();
		await take([seen("10:00", "a:phone")]);
		expect(items.counts).toMatchObject({ writes: 1, transactions: 0 });
	});

	it("merges in one transaction of a few items, however many identifiers there are", async () => {
		const { items, take, graph } = aStream();
		const crowd = (e: string) => Array.from({ length: 200 }, (_, i) => seen("10:00", `e:${e}`, `a:${e}-${i}`));
		for (const event of [...crowd("one"), ...crowd("two")]) await take([event]);
		items.counts.largest = 0;
		await take([seen("11:00", "u:ada", "e:one", "e:two")]);
		expect(items.counts.largest).toBeLessThanOrEqual(12);
		const place = (await findPlaces(["a:one-7" as SeedId], graph)).get("a:one-7" as SeedId);
		expect(place).toMatchObject({ profileId: "u:ada", members: expect.arrayContaining(["a:two-99", "e:one"]) });
		expect(place?.members).toHaveLength(403);
	});

	it("leads every id it ever gave out to its person for ever", async () => {
		const { take, graph } = aStream();
		await take([seen("10:00", "a:phone")]);
		await take([seen("10:30", "e:ada", "a:phone")]);
		await take([seen("09:00", "e:old", "a:phone")]);
		await take([seen("11:00", "u:ada", "e:old")]);
		const ids = ["a:phone", "e:ada", "e:old", "u:ada"] as SeedId[];
		const places = await findPlaces(ids, graph);
		expect(ids.map((id) => places.get(id)?.profileId)).toEqual(["u:ada", "u:ada", "u:ada", "u:ada"]);
	});

	it("tells of a merge once, in the transaction that makes it, with a journal of what was what", async () => {
		const { items, take } = aStream();
		await take([seen("10:00", "a:phone")]);
		const signUp = seen("11:00", "u:ada", "a:phone");
		await take([signUp]);
		await take([signUp]);
		const messageId = JSON.stringify(signUp);
		const lineage = [{ profileId: "a:phone", mergedAt: now().toISOString(), messageId }];
		expect(newsIn(items)).toMatchObject([
			{ detailType: "ProfilesMerged", detail: { profileId: "u:ada", retired: ["a:phone"], lineage, messageId } },
			{
				detailType: "IdentityChanged",
				detail: {
					messageId,
					changes: [
						{ seedId: "a:phone", profileId: "u:ada" },
						{ seedId: "u:ada", profileId: "u:ada" },
					],
				},
			},
		]);
		expect(items.all().filter(({ sk }) => sk.startsWith("J#"))).toMatchObject([
			{
				cause: { kind: "event", messageId, source: "web" },
				from: [{ id: "a:phone" }],
				to: [{ id: "u:ada", members: ["a:phone", "u:ada"] }],
			},
		]);
	});

	it("tells of a split when a late event shows whose the tablet was first", async () => {
		const { items, take, graph } = aStream();
		await take([seen("11:00", "u:bob", "a:tablet")]);
		await take([seen("11:30", "u:ada")]);
		await take([seen("10:00", "u:ada", "a:tablet")]);
		const told = newsIn(items).filter(({ detailType }) => detailType === "ProfilesSplit");
		expect(told).toMatchObject([
			{
				detail: {
					from: "u:bob",
					into: ["u:ada", "u:bob"],
					parts: [
						{ profileId: "u:ada", seedIds: ["a:tablet", "u:ada"] },
						{ profileId: "u:bob", seedIds: ["u:bob"] },
					],
				},
			},
		]);
		const places = await findPlaces(["a:tablet" as SeedId], graph);
		expect(places.get("a:tablet" as SeedId)).toMatchObject({ profileId: "u:ada", record: { unsettled: ["u:bob"] } });
	});

	it("keeps evidence it can no longer follow, says so, and still knows where everybody belongs", async () => {
		const { take, graph, saturated } = aStream();
		for (let i = 1; i <= 499; i++) await take([seen("10:00", "u:ada", `a:${i}`)]);
		expect(saturated).toEqual([]);
		await take([seen("10:30", "u:ada", "a:500")]);
		expect(saturated).toEqual(["u:ada"]);
		const places = await findPlaces(["u:ada", "a:500"] as SeedId[], graph);
		expect(places.get("u:ada" as SeedId)).toMatchObject({ profileId: "u:ada", record: { saturated: true } });
		expect(places.get("a:500" as SeedId)).toMatchObject({ profileId: "a:500", record: { saturated: true } });
		await take([seen("10:30", "u:ada", "a:500")]);
		expect(saturated).toHaveLength(1);
	});

	it("does not look at a whole crowd for one more who signs in on the till", async () => {
		const { items, take, saturated } = aStream();
		for (let i = 1; i <= 400; i++) await take([seen(clock(i), `u:${i}`, "a:till")]);
		items.counts.reads = 0;
		await take([seen(clock(600), "u:late", "a:till")]);
		expect(items.counts.reads).toBeLessThan(20);
		expect(saturated).toEqual([]);
	});

	it("gives up after five tries against others, and leaves the rest of the batch alone", async () => {
		const stream = aStream();
		const graph: IdentityGraph = {
			...stream.graph,
			apply: async (change) =>
				JSON.stringify(change.cause).includes("unlucky") ? "refused" : stream.graph.apply(change),
		};
		const stars = gatherStars(
			[seen("10:00", "a:unlucky"), seen("10:00", "a:lucky")].map((one) => identified(one, one.names.join())),
		);
		const { failed } = await linkStars(stars, { ...stream.deps(), graph });
		expect([...failed.keys()]).toEqual(["a:unlucky"]);
		expect(stream.refusals()).toBe(5);
		expect((await findPlaces(["a:lucky" as SeedId], graph)).size).toBe(1);
	});
});
