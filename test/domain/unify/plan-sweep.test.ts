import { describe, expect, it } from "vitest";
import { planSweep, type Sweep } from "#domain/unify/plan-sweep.ts";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const TIMES = { settledSeconds: 1200, knownAfterSeconds: 10, budgetSeconds: 600 };
const LONG_AGO = "2026-02-01T00:00:00.000Z";

const aSweep = (fields: Partial<Sweep> = {}): Sweep => ({
	version: 7,
	rules: 2,
	startedAt: LONG_AGO,
	isOver: true,
	slices: 4,
	slice: 4,
	looked: 900,
	written: 3,
	tooLarge: 1,
	leasedUntil: LONG_AGO,
	...fields,
});
const left = (fields: Partial<Sweep> = {}) => aSweep({ isOver: false, slice: 1, after: "4abc", ...fields });
const LEASE = "2026-03-01T12:12:00.000Z";
const NEW = { startedAt: NOW.toISOString(), isOver: false, slices: 0, slice: 0, looked: 0, written: 0, tooLarge: 0 };

describe("planSweep", () => {
	it.each<{ when: string; last?: Sweep; rules: { version?: number; appliedAt?: string } }>([
		{ when: "nobody ever applied rules", rules: {} },
		{ when: "everybody is under the rules in force", last: aSweep(), rules: { version: 2, appliedAt: LONG_AGO } },
		{
			when: "what came under the old rules may not be in the archive yet",
			last: aSweep(),
			rules: { version: 3, appliedAt: "2026-03-01T11:40:00.001Z" },
		},
		{
			when: "somebody else is at it",
			last: left({ leasedUntil: "2026-03-01T12:00:00.001Z" }),
			rules: { version: 2, appliedAt: LONG_AGO },
		},
		{
			when: "somebody else is at it, though under rules that have changed again",
			last: left({ leasedUntil: "2026-03-01T12:00:00.001Z" }),
			rules: { version: 3, appliedAt: LONG_AGO },
		},
	])("has nothing to do when $when", ({ last, rules }) => {
		expect(planSweep({ last, rules, now: NOW }, TIMES)).toBeUndefined();
	});

	it.each<{ when: string; last?: Sweep; rules: { version?: number; appliedAt?: string }; expected: object }>([
		{
			when: "rules were applied for the first time",
			rules: { version: 1, appliedAt: LONG_AGO },
			expected: { version: 1, rules: 1 },
		},
		{
			when: "the rules have changed",
			last: aSweep(),
			rules: { version: 3, appliedAt: "2026-03-01T11:40:00.000Z" },
			expected: { version: 8, rules: 3 },
		},
		{
			when: "a sweep was left and the rules have changed again",
			last: left(),
			rules: { version: 3, appliedAt: LONG_AGO },
			expected: { version: 8, rules: 3 },
		},
	])("begins with everybody when $when", ({ last, rules, expected }) => {
		expect(planSweep({ last, rules, now: NOW }, TIMES)).toEqual({ ...NEW, leasedUntil: LEASE, ...expected });
	});

	it("goes on where a sweep was left, with what it had counted", () => {
		const rules = { version: 2, appliedAt: LONG_AGO };
		expect(planSweep({ last: left(), rules, now: NOW }, TIMES)).toEqual({ ...left(), version: 8, leasedUntil: LEASE });
	});
});
