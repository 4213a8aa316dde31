import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { planRecompute } from "#domain/segment/plan-recompute.ts";
import type { RecomputeRun } from "#domain/segment/ports.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const times = { fullEverySeconds: 86_400, settledSeconds: 60, knownAfterSeconds: 5, budgetSeconds: 60 };
const gold = { trait: "plan.name", is: { op: "eq" as const, value: "gold" } };
const last: RecomputeRun = {
	...{ version: 1, startedAt: at(10), phase: "over", lists: { vip: 1 }, relisted: [] },
	...{ covers: { gold: 1 }, leasedUntil: at(10) },
};

/** The situation in which a trait was edited at a moment, some time after a run that covered everything. */
function planAt(now: number, edited: { readonly trait: string; readonly at: number }, vip = 1, ran = last) {
	const definition = { id: "t", trait: edited.trait, strategy: "first" as const, declaredBy: [] };
	const workspace: Workspace = {
		...{ sources: [], trackingPlans: [], identity: DEFAULT_IDENTITY, destinations: [] },
		segments: [{ id: "gold", when: { any: [gold, { list: "vip" }] }, version: 1, appliedAt: at(0) }],
		lists: new Map([
			["vip", vip],
			["others", 7],
		]),
		traits: [{ ...definition, version: 2, appliedAt: at(edited.at) }],
	};
	const compiled = compileSegments(workspace.segments, sha256, { lists: workspace.lists ?? new Map() });
	const book = measureBook(compiled.measures.values(), () => 0);
	const measured = { size: 1, recomputedAt: at(10), measuredAt: at(10), standing: [] };
	const states = new Map([["gold", { version: 1, ...measured }]]);
	const inForce = { workspace, compiled, book, admit: () => undefined };
	return planRecompute({ ...inForce, last: ran, states, now: new Date(at(now)) }, times);
}

describe("planRecompute", () => {
	it.each<{ when: string; now: number; edited: { trait: string; at: number }; isDue: boolean }>([
		{
			when: "a trait that a segment looks at was edited since",
			now: 30,
			edited: { trait: "plan", at: 20 },
			isDue: true,
		},
		{ when: "that is not known everywhere yet", now: 23, edited: { trait: "plan", at: 20 }, isDue: false },
		{ when: "it was edited before the last run", now: 30, edited: { trait: "plan", at: 9 }, isDue: false },
		{ when: "no segment looks at the trait", now: 30, edited: { trait: "city", at: 20 }, isDue: false },
	])("is due: $isDue, when $when", ({ now, edited, isDue }) => {
		expect(planAt(now, edited) !== undefined).toBe(isDue);
	});

	it("is due when a list that a segment looks at has another upload in force, and says which", () => {
		const run = planAt(30, { trait: "city", at: 20 }, 2);
		expect(run).toMatchObject({ phase: "fill", relisted: ["vip"], lists: { vip: 2, others: 7 } });
	});

	it("is due once more when the archive has all that came before an upload was in force: new people are in it", () => {
		const [uploaded, settled] = [{ ...last, startedAt: at(100), relisted: ["vip"] }, 100 + times.settledSeconds];
		const edited = { trait: "city", at: 20 };
		expect(planAt(settled - 1, edited, 1, uploaded)).toBeUndefined();
		expect(planAt(settled, edited, 1, uploaded)).toMatchObject({ relisted: [] });
		expect(planAt(settled + 100, edited, 1, { ...last, startedAt: at(settled) })).toBeUndefined();
	});
});
