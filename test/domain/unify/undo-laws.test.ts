import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecisionOutcome } from "#domain/unify/decision.ts";
import type { IdentityGraph } from "#domain/unify/ports.ts";
import { aStrictSighting, type Seen, STRICT, shuffled, strength } from "#test/support/identity.ts";
import { finished, idsIn, numbers, someEvents } from "#test/support/identity-steps.ts";
import {
	anIdentityWorld,
	type IdentityWorld,
	journalIdOfEvent,
	namesOf,
	peopleIn,
} from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

const RUNS = lawRuns();
const slow = lawTime(RUNS, 200);

class Crash extends Error {}

describe("identity", () => {
	it("is given back as it was when a merge is undone", slow, async () => {
		let undone = 0;
		await fc.assert(
			fc.asyncProperty(someEvents, aStrictSighting, async (all, last) => {
				const world = anIdentityWorld({ rules: STRICT });
				const { names, before, journalId } = await merged(world, all, last);
				const outcome = await world.decide({ kind: "undo", journalId });
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
				fc.asyncProperty(someEvents, aStrictSighting, numbers, async (all, last, random) => {
					const faults = { left: 0 };
					const world = anIdentityWorld({ rules: STRICT, around: dying(faults, random) });
					const { names, before, after, journalId } = await merged(world, all, last);
					await world.take(shuffled(across(before, after), random).map((pair) => ({ names: pair, at: last.at })));
					fc.pre(JSON.stringify(idsIn(await peopleIn(world, names))) === JSON.stringify(idsIn(after)));

					faults.left = 3;
					const outcome = await untilAlive(() => world.decide({ kind: "undo", journalId }));
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
});

/** Lets the last event come after all others, where it makes some people one, in one change: only that can be taken apart again. */
async function merged(world: IdentityWorld, all: readonly Seen[], last: Seen) {
	fc.pre(!all.some((one) => JSON.stringify(one) === JSON.stringify(last)));
	await world.take(all);
	const names = namesOf(all);
	const before = await peopleIn(world, names);
	await world.take([last]);
	const after = await peopleIn(world, names);
	const journalId = (await journalIdOfEvent(world, last)) ?? "";
	fc.pre(journalId !== "");
	fc.pre(Object.values(before).every((person) => isTogether(person.with, after)));
	return { names, before, after, journalId };
}

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

const isTogether = (members: readonly string[] = [], people: Awaited<ReturnType<typeof peopleIn>>): boolean =>
	new Set(members.map((name) => people[name]?.id)).size === 1;
