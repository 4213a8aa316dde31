import { describe, expect, it } from "vitest";
import { checkFaults } from "../../chaos/check/faults.ts";
import type { Finding } from "../../chaos/check/finding.ts";
import { runStory, type StoryReport } from "../../chaos/run-story.ts";

/** Two stories in which, together, everything goes wrong; `npm run chaos` tells more of them. */
const SEEDS = [1, 4];
const EVENTS = 220;

const wrongIn = (findings: readonly Finding[]) =>
	findings.flatMap(({ check, wrong }) => wrong.map((words) => `${check}: ${words}`));

describe("a story in which everything goes wrong", () => {
	const told: StoryReport[] = [];

	it.each(SEEDS)("loses, doubles and makes up nothing (seed %i)", async (seed) => {
		const report = await runStory({ seed, events: EVENTS });
		told.push(report);
		expect(wrongIn(report.findings)).toEqual([]);
		expect(report.findings.filter(({ looked }) => looked === 0).map(({ check }) => check)).toEqual([]);
		expect(report.events.accepted).toBeGreaterThan(EVENTS / 2);
	});

	it("had every kind of fault in it", () => {
		expect(checkFaults(told.map(({ tally }) => tally)).wrong).toEqual([]);
	});

	it("is the same story again by the same seed", async () => {
		const again = await runStory({ seed: SEEDS[0] ?? 0, events: EVENTS });
		expect({ ...again, findings: [] }).toEqual({ ...told[0], findings: [] });
	});
});
