import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusters } from "#domain/unify/clusters.ts";
import type { IdentityGraph } from "#domain/unify/ports.ts";
import { rankingOf } from "#domain/unify/ranking.ts";
import { unusableIn } from "#domain/unify/usable.ts";
import { aStrictSighting, evidenceOf, nodeId, STRICT, shuffled } from "#test/support/identity.ts";
import { finished, go, idsIn, mixed, numbers, someEvents, someLimits, wishes } from "#test/support/identity-steps.ts";
import { anIdentityWorld, peopleBy, peopleIn } from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

const RUNS = lawRuns();
const slow = lawTime(RUNS, 200);

/** Few people, so that everybody is in everybody's way. */
const fewEvents = fc.array(
	aStrictSighting.filter(({ names }) => names.every((name) => /[12]$/.test(name))),
	{ minLength: 4, maxLength: 8 },
);

class Crash extends Error {}

describe("identity", () => {
	it("ends as the definition says, whatever happens in whatever order, decisions among it", slow, async () => {
		const outcomes = { done: 0, without_effect: 0, unknown: 0 };
		let undone = 0;
		await fc.assert(
			fc.asyncProperty(someEvents, wishes, someLimits, numbers, async (all, wished, limits, random) => {
				const world = anIdentityWorld({ rules: STRICT, limits, around: (graph) => lawful(graph, limits) });
				for (const step of mixed(all, wished, random)) {
					const outcome = await go(world, step);
					if (outcome) outcomes[outcome.kind]++;
					undone += Number(outcome?.kind === "done" && "wish" in step && step.wish.kind === "undo");
				}
				const expected = peopleBy(world, all, { rules: STRICT, limits });
				expect(await peopleIn(world, Object.keys(expected))).toEqual(expected);
				expect(world.items.counts.largest).toBeLessThanOrEqual(limits.maxWrites);
			}),
			{ numRuns: RUNS },
		);
		expect(outcomes.done).toBeGreaterThan(0);
		expect(outcomes.without_effect).toBeGreaterThan(0);
		expect(undone).toBeGreaterThan(0);
	});

	it("ends so, too, when several workers and deciders are at it at once", slow, async () => {
		let refusals = 0;
		await fc.assert(
			fc.asyncProperty(
				fewEvents,
				wishes,
				someLimits,
				fc.scheduler(),
				numbers,
				async (all, wished, limits, ...chance) => {
					const [scheduler, random] = chance;
					const world = anIdentityWorld({
						...{ rules: STRICT, limits },
						others: () => scheduler.schedule(Promise.resolve()),
					});
					const work = mixed(all, wished.slice(0, 2), random);
					let failures = 0;
					const worker = async (take = world.aWorker()) => {
						for (let one = work.pop(); one; one = work.pop()) {
							const mine = one;
							// as the queue and a person do: what failed is tried again
							await ("seen" in mine ? take([mine.seen]) : go(world, mine)).catch((error: unknown) => {
								if (failures++ > 500) throw error;
								work.push(mine);
							});
						}
					};
					await scheduler.waitFor(Promise.all([worker(), worker(), worker()]));
					refusals += world.count.refusals;
					const expected = peopleBy(world, all, { rules: STRICT, limits });
					const ended = finished(world, Object.keys(expected));
					await scheduler.waitIdle();
					expect(await ended).toEqual(expected);
				},
			),
			{ numRuns: RUNS },
		);
		expect(refusals).toBeGreaterThan(0); // they did meet
	});

	it("ends so after crashes in the middle of changes, once somebody meets what was left", slow, async () => {
		let halfway = 0;
		await fc.assert(
			fc.asyncProperty(someEvents, wishes, someLimits, numbers, async (all, wished, limits, random) => {
				let crashes = 0;
				const world = anIdentityWorld({
					...{ rules: STRICT, limits: { ...limits, maxWrites: 12 } },
					around: (graph) => ({
						...lawful(graph, limits),
						async apply(change) {
							const chance = (random.next().value as number) % 5;
							if (chance === 0 && crashes++ < 20) throw new Crash("before the write");
							const answer = await lawful(graph, limits).apply(change);
							if (chance === 1 && crashes++ < 20) throw new Crash("after the write");
							return answer;
						},
					}),
				});
				const work = mixed(all, wished, random);
				for (let one = work.pop(); one; one = work.pop()) {
					const mine = one;
					await go(world, mine).catch((error: unknown) => {
						if (!(error instanceof Crash)) throw error;
						work.push(mine);
					});
				}
				crashes = 20;
				const expected = peopleBy(world, all, { rules: STRICT, limits });
				halfway += world.items.all().filter(({ pending }) => pending === true).length;
				// whether a profile is contested may be known only when it is looked at for another reason
				expect(idsIn(await finished(world, Object.keys(expected)))).toEqual(idsIn(expected));
			}),
			{ numRuns: RUNS },
		);
		expect(halfway).toBeGreaterThan(0);
	});

	it("is decided anew under other rules, profile by profile, to the same end", slow, async () => {
		const loose = {
			...STRICT,
			version: 2,
			identifiers: STRICT.identifiers
				.filter(({ namespace }) => namespace !== "loyalty")
				.map((type) => ({ ...type, max: type.namespace === "anonymous_id" ? 2 : 5, unique: false })),
		};
		await fc.assert(
			fc.asyncProperty(someEvents, wishes, numbers, async (all, wished, random) => {
				const world = anIdentityWorld({ rules: STRICT });
				for (const step of mixed(all, wished, random)) await go(world, step);
				const hubs = new Set(world.items.all().flatMap(({ pk, hub }) => (hub === true ? [pk.slice(2)] : [])));
				fc.pre(hubs.size === 0); // what was seen at a hub is not known at it any more, so it stays one
				const expected = peopleBy(world, all, { rules: loose });
				const names = Object.keys(expected);
				for (const name of shuffled(names, random)) await world.resolve(name, loose);
				expect(await peopleIn(world, names)).toEqual(expected);
				for (const name of names) expect(await world.resolve(name, loose)).toBe("unchanged");
			}),
			{ numRuns: RUNS },
		);
	});
});

/** A graph that takes no cluster that breaks a rule, not even one that is on the way to what it shall be. */
const lawful = (graph: IdentityGraph, { maxMembers }: { readonly maxMembers: number }): IdentityGraph => ({
	...graph,
	async apply(change) {
		const { most } = rankingOf(STRICT);
		for (const { members } of change.records) {
			expect(members.length).toBeLessThanOrEqual(maxMembers);
			for (const [namespace, all] of Map.groupBy(members, (id) => nodeId(id).namespace))
				expect(all.length).toBeLessThanOrEqual(most(namespace) ?? maxMembers);
		}
		return graph.apply(change);
	},
});

describe("the events of these laws", () => {
	it("do meet all that rules can say", () => {
		const met = { hub: 0, shared: 0, contested: 0, saturated: 0, several: 0 };
		for (const all of fc.sample(someEvents, 300)) {
			const evidence = evidenceOf(all);
			for (const why of unusableIn(evidence, rankingOf(STRICT)).values()) if (why !== "blocked") met[why]++;
			for (const { contested, saturated, members } of clusters(evidence, STRICT, { maxMembers: 3 })) {
				met.contested += Number(contested);
				met.saturated += Number(saturated);
				met.several += Number(members.length > 2);
			}
		}
		for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(10);
	});
});
