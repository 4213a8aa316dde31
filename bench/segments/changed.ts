import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import type { CompiledSegments, Facts } from "#domain/segment/compiled.ts";
import { cpuOf } from "../measure.ts";
import { aPerson, NOW, randoms } from "./people.ts";

const SEGMENTS = 50;
const PLANS = ["gold", "silver", "bronze", "free"];

export type ChangedFigures = {
	readonly people: number;
	readonly segments: number;
	/** What all segments together need to be kept of events. */
	readonly measures: number;
	/** CPU of making all segments ready, milliseconds. */
	readonly compileMillis: number;
	/** CPU of judging everybody in every segment, and until when, milliseconds. */
	readonly everybodyMillis: number;
	/** CPU of judging the hundredth that changed, as a share of that. */
	readonly changedShare: number;
};

/** Segments that ask for a plan, and for orders in one window but not in another. */
const segments = Array.from({ length: SEGMENTS }, (_, i) => ({
	id: `s${i}`,
	when: {
		all: [
			{ trait: "plan", is: { op: "eq", value: PLANS[i % PLANS.length] ?? "" } },
			{ event: "Order Completed", where: [], atLeast: 1 + (i % 5), within: "60d" },
			{ none: [{ event: "Order Completed", where: [], within: `${10 + i}d` }] },
		],
	} satisfies Condition,
	version: 1,
	appliedAt: "2026-03-01T10:00:00.000Z",
}));

/** What it costs to judge only those who changed, beside judging everybody. */
export async function benchChanged(count = 20_000): Promise<ChangedFigures> {
	const compiled = segmentCompiler(sha256)({ segments });
	const [orders = ""] = compiled.measures.keys();
	const random = randoms(42);
	const people = Array.from({ length: count }, (_, i) => aPerson(i, random, orders));
	const changed = people.filter((_, i) => i % 100 === 0);
	const [compiling, everybody, few] = await cpuOf([
		{ name: "compile", run: async () => void segmentCompiler(sha256)({ segments: [...segments] }) },
		{ name: "everybody", run: async () => judge(people, compiled) },
		{ name: "who changed", run: async () => judge(changed, compiled) },
	]);
	const [all = Number.NaN, some = Number.NaN] = [everybody?.cpuMicros, few?.cpuMicros];
	return {
		people: count,
		segments: SEGMENTS,
		measures: compiled.measures.size,
		compileMillis: (compiling?.cpuMicros ?? Number.NaN) / 1000,
		everybodyMillis: all / 1000,
		changedShare: some / all,
	};
}

function judge(people: readonly Facts[], compiled: CompiledSegments): void {
	for (const facts of people) for (const { id } of compiled.segments) compiled.look(id, facts, NOW);
}
