import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { factsOf, personOf } from "#test/support/folded-facts.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { naivelyMeets } from "#test/support/naive-segment.ts";
import {
	RANDOM_LISTS,
	RANDOM_NOW,
	RANDOM_SEGMENTS,
	randomCondition,
	randomEvents,
} from "#test/support/random-conditions.ts";
import { AT } from "#test/support/tracked.ts";

/** Fewer would not meet everything often enough. */
const numRuns = Math.max(1000, lawRuns(1000));
const world = { segments: RANDOM_SEGMENTS, lists: RANDOM_LISTS, hash: sha256 };
const segment = (id: string, when: Condition) => ({ id, when, version: 1, appliedAt: AT });
const compiled = (when: Condition) =>
	compileSegments(
		[segment("s", when), ...Object.entries(RANDOM_SEGMENTS).map(([id, other]) => segment(id, other))],
		sha256,
		{ lists: new Map(Object.entries(RANDOM_LISTS)) },
	);

const someone = fc
	.tuple(randomEvents, fc.constantFrom("p1", "p2", "p3"))
	.map(([events, profileId]) => personOf(events, profileId));
/** A while from the moment on, ms. */
const later = fc.oneof(fc.constant(0), fc.nat(1000), fc.nat(3 * 3_600_000), fc.nat(50 * 24 * 3_600_000));

/** A second or two, of a machine that has nothing else to do. */
describe("a compiled segment", lawTime(numRuns), () => {
	it("says what the list of everything that happened says, now and at any later moment", () => {
		const answers = { met: 0, not: 0 };
		fc.assert(
			fc.property(randomCondition, someone, later, (when, person, wait) => {
				const segments = compiled(when);
				const facts = factsOf(person, segments, RANDOM_NOW);
				for (const now of [RANDOM_NOW, RANDOM_NOW + wait]) {
					const expected = naivelyMeets(when, person, { ...world, now });
					answers[expected ? "met" : "not"]++;
					expect(segments.evaluate("s", facts, now)).toBe(expected);
				}
			}),
			{ numRuns },
		);
		expect(Math.min(answers.met, answers.not)).toBeGreaterThan(numRuns / 10);
	});

	it("stays as it is until the moment it names, and no moment is named twice", () => {
		const named = { turns: 0, inVain: 0 };
		fc.assert(
			fc.property(
				randomCondition,
				someone,
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
				(when, person, shares) => {
					const segments = compiled(when);
					const facts = factsOf(person, segments, RANDOM_NOW);
					let now = RANDOM_NOW;
					for (let looks = 0; ; looks++) {
						const { isMember, nextChangeAt } = segments.look("s", facts, now);
						const until = nextChangeAt ?? now + 500 * 86_400_000;
						expect(until).toBeGreaterThan(now);
						for (const share of [...shares, 0, 1]) {
							const moment = Math.floor(now + share * (until - 1 - now));
							expect(naivelyMeets(when, person, { ...world, now: moment })).toBe(isMember);
						}
						if (nextChangeAt === undefined) break;
						named[naivelyMeets(when, person, { ...world, now: nextChangeAt }) === isMember ? "inVain" : "turns"]++;
						expect(looks).toBeLessThan(500);
						now = nextChangeAt;
					}
				},
			),
			{ numRuns },
		);
		expect(named.turns).toBeGreaterThan(numRuns / 4);
		expect(named.inVain).toBeLessThan(named.turns / 100);
	});
});
