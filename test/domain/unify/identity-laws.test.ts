import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "#adapters/items/item-store.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import type { IdentityChanged } from "#contracts/bus/identity-changed.ts";
import { clusters } from "#domain/unify/clusters.ts";
import type { DecisionOutcome } from "#domain/unify/decision.ts";
import type { IdentityGraph } from "#domain/unify/ports.ts";
import { rankingOf } from "#domain/unify/ranking.ts";
import { unusableIn } from "#domain/unify/usable.ts";
import {
	aStrictSighting,
	aWish,
	evidenceOf,
	type Seen,
	STRICT,
	shuffled,
	strength,
	type Wish,
} from "#test/support/identity.ts";
import {
	anIdentityWorld,
	fulfil,
	type IdentityWorld,
	journalIdOfEvent,
	namesOf,
	peopleBy,
	peopleIn,
} from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

const RUNS = lawRuns();
const slow = lawTime(RUNS, 200);

const events = fc.array(aStrictSighting, { minLength: 1, maxLength: 22 });
/** Few people, so that everybody is in everybody's way. */
const fewEvents = fc.array(
	aStrictSighting.filter(({ names }) => names.every((name) => /[12]$/.test(name))),
	{ minLength: 4, maxLength: 8 },
);
const wishes = fc.array(aWish, { maxLength: 6 });
/** A limit of members that is met, and writes so few that much goes in steps. */
const someLimits = fc.record({ maxMembers: fc.constantFrom(3, 5, 500), maxWrites: fc.constantFrom(12, 100) });
const numbers = fc.infiniteStream(fc.nat());

class Crash extends Error {}

const NONE = { journalId: "" };

type Step = { readonly seen: Seen } | { readonly wish: Wish };

async function go(world: IdentityWorld, step: Step): Promise<DecisionOutcome | undefined> {
	if ("wish" in step) return fulfil(step.wish, world);
	await world.take([step.seen]);
	return undefined;
}

/** Events doubled and in any order, with what people decide somewhere among them. */
function mixed(all: readonly Seen[], wished: readonly Wish[], random: Iterator<number>): Step[] {
	const doubled = [...all, ...all.filter((_, i) => i % 3 === 0)];
	return shuffled<Step>([...doubled.map((seen) => ({ seen })), ...wished.map((wish) => ({ wish }))], random);
}

describe("identity", () => {
	it("ends as the definition says, whatever happens in whatever order, decisions among it", slow, async () => {
		const outcomes = { done: 0, without_effect: 0, unknown: 0 };
		let undone = 0;
		await fc.assert(
			fc.asyncProperty(events, wishes, someLimits, numbers, async (all, wished, limits, random) => {
				const world = anIdentityWorld({ rules: STRICT, limits });
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
			fc.asyncProperty(events, wishes, someLimits, numbers, async (all, wished, limits, random) => {
				let crashes = 0;
				const world = anIdentityWorld({
					...{ rules: STRICT, limits: { ...limits, maxWrites: 12 } },
					around: (graph) => ({
						...graph,
						async apply(change) {
							const chance = (random.next().value as number) % 5;
							if (chance === 0 && crashes++ < 20) throw new Crash("before the write");
							const answer = await graph.apply(change);
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
			fc.asyncProperty(events, wishes, numbers, async (all, wished, random) => {
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

	it("is given back as it was when a merge is undone", slow, async () => {
		let undone = 0;
		await fc.assert(
			fc.asyncProperty(events, aStrictSighting, async (all, last) => {
				const world = anIdentityWorld({ rules: STRICT });
				await world.take(all);
				const names = namesOf(all);
				const before = await peopleIn(world, names);
				await world.take([last]);
				const after = await peopleIn(world, names);
				const [entry = NONE] = (await Promise.all(last.names.map((name) => world.journalOf(name))))
					.flat()
					.filter(({ cause }) => cause.kind === "event" && cause.messageId === JSON.stringify(last));
				fc.pre(entry !== NONE);
				fc.pre(!all.some((one) => JSON.stringify(one) === JSON.stringify(last)));
				// only what became one, in one change, can be taken apart again
				fc.pre(Object.values(before).every((person) => isTogether(person.with, after)));
				const outcome = await world.decide({ kind: "undo", journalId: entry.journalId });
				fc.pre(outcome.kind === "done");
				undone++;
				// the event stays known, so whoever it showed earlier than others may give his name to the profile now
				expect(membersIn(await peopleIn(world, names), names)).toEqual(membersIn(before, names));
			}),
			{ numRuns: RUNS },
		);
		expect(undone).toBeGreaterThan(0);
	});

	it(
		"is given back so, too, when much was seen across since, and whoever undoes it dies on the way",
		slow,
		async () => {
			const met = { undone: 0, crashes: 0, inSteps: 0 };
			await fc.assert(
				fc.asyncProperty(events, aStrictSighting, numbers, async (all, last, random) => {
					const faults = { left: 0 };
					const world = anIdentityWorld({ rules: STRICT, around: dying(faults, random) });
					await world.take(all);
					fc.pre(!all.some((one) => JSON.stringify(one) === JSON.stringify(last)));
					const names = namesOf(all);
					const before = await peopleIn(world, names);
					await world.take([last]);
					const after = await peopleIn(world, names);
					const journalId = await journalIdOfEvent(world, last);
					fc.pre(journalId !== undefined);
					fc.pre(Object.values(before).every((person) => isTogether(person.with, after)));
					await world.take(shuffled(across(before, after), random).map((pair) => ({ names: pair, at: last.at })));
					fc.pre(JSON.stringify(idsIn(await peopleIn(world, names))) === JSON.stringify(idsIn(after)));

					faults.left = 3;
					const outcome = await untilAlive(() => world.decide({ kind: "undo", journalId: journalId ?? "" }));
					met.crashes += 3 - faults.left;
					faults.left = 0;
					fc.pre(outcome.kind === "done");
					met.undone++;
					met.inSteps += Number(outcome.kind === "done" && outcome.journalIds.length > 2);
					expect(membersIn(await finished(world, names), names)).toEqual(membersIn(before, names));
				}),
				{ numRuns: RUNS },
			);
			expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
		},
	);

	it("tells the bus of every move: who follows what it tells knows who is who", slow, async () => {
		await fc.assert(
			fc.asyncProperty(events, wishes, someLimits, numbers, async (all, wished, limits, random) => {
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

/** A graph whose writer dies before or after some of its writes, as long as there are faults left. */
const dying =
	(faults: { left: number }, random: Iterator<number>) =>
	(graph: IdentityGraph): IdentityGraph => ({
		...graph,
		async apply(change) {
			const chance = faults.left > 0 ? (random.next().value as number) % 4 : 2;
			if (chance < 2) faults.left--;
			if (chance === 0) throw new Crash("before the write");
			const answer = await graph.apply(change);
			if (chance === 1) throw new Crash("after the write");
			return answer;
		},
	});

/** Asks again until nobody dies. */
async function untilAlive(ask: () => Promise<DecisionOutcome>): Promise<DecisionOutcome> {
	for (;;) {
		const outcome = await ask().catch((error: unknown) => {
			if (error instanceof Crash) return undefined;
			throw error;
		});
		if (outcome) return outcome;
	}
}

/** The pairs that are one person since and were not before, of two kinds each, the stronger first. */
function across(before: People, after: People): [string, string][] {
	const names = Object.keys(after).filter((name) => after[name]?.id !== undefined);
	const isAcross = (x: string, y: string) => after[x]?.id === after[y]?.id && before[x]?.id !== before[y]?.id;
	return names.flatMap((x) =>
		names.flatMap((y): [string, string][] => (strength(x) < strength(y) && isAcross(x, y) ? [[x, y]] : [])),
	);
}

type People = Awaited<ReturnType<typeof peopleIn>>;

/** Of those known before: an identifier that was new with the event may still be with one of them. */
const membersIn = (people: Awaited<ReturnType<typeof peopleIn>>, names: readonly string[]) =>
	Object.fromEntries(
		Object.entries(people).map(([name, person]) => [name, person.with?.filter((member) => names.includes(member))]),
	);

const idsIn = (people: { readonly [name: string]: { readonly id: string | undefined } | undefined }) =>
	Object.fromEntries(Object.entries(people).map(([name, person]) => [name, person?.id]));

const isTogether = (members: readonly string[] = [], people: Awaited<ReturnType<typeof peopleIn>>): boolean =>
	new Set(members.map((name) => people[name]?.id)).size === 1;

/** The graph once somebody met each identifier. */
async function finished(world: IdentityWorld, names: readonly string[]) {
	for (const name of names) await world.resolve(name);
	return peopleIn(world, names);
}

/** What the bus is told of moves, in the order of its times. */
function movesIn({ items }: IdentityWorld) {
	const told = items.all().flatMap((item) => {
		if (!item.pk.startsWith("OUT#IdentityChanged")) return [];
		return [outboxEntry(item as Item & { entry: string }).detail as IdentityChanged];
	});
	return told.toSorted((x, y) => (x.at < y.at ? -1 : 1)).flatMap(({ changes }) => changes);
}

describe("the events of these laws", () => {
	it("do meet all that rules can say", () => {
		const met = { hub: 0, shared: 0, contested: 0, saturated: 0, several: 0 };
		for (const all of fc.sample(events, 300)) {
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
