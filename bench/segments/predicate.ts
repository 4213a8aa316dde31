import assert from "node:assert/strict";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { CASES } from "./cases.ts";
import { type Contender, contendersFor, type World } from "./contenders.ts";
import { aPerson, flatten, randoms } from "./people.ts";

/** json-rules-engine takes so long that it is asked about so many only. */
const FEW = 4_000;
/** So many people are asked about by each in turn: their profiles stay in the processor's cache. */
const PIECE = 500;

export type PredicateFigures = {
	readonly segment: string;
	readonly people: number;
	readonly members: number;
	/** CPU of one answer in nanoseconds, by contender, about somebody whose profile was just read. */
	readonly nanos: Nanos;
	/** The same straight through everybody (those who take so long: through the first few): each profile comes from memory first. */
	readonly nanosFromMemory: Nanos;
};
type Nanos = { readonly [contender: string]: number };

/** What asking costs beside a function written by hand and engines that do the same work, over as many people in memory. */
export async function benchPredicate(count = 1_000_000): Promise<PredicateFigures[]> {
	const segments = CASES.map(({ name: id, when }) => ({ id, when, version: 1, appliedAt: "2026-03-01T10:00:00.000Z" }));
	const compiled = compileSegments(segments, sha256);
	const [orders = ""] = compiled.measures.keys();
	const random = randoms(42);
	const people = Array.from({ length: count }, (_, i) => aPerson(i, random, orders));
	const world = { people, flats: people.map((facts) => flatten(facts, orders)) };
	const figures: PredicateFigures[] = [];
	for (const one of CASES) {
		const contenders = contendersFor(one, world, { orders, compiled });
		const members = await agreed(contenders, world);
		const nanos = await nanosOf(contenders, world, PIECE);
		const nanosFromMemory = await nanosOf(contenders, world, count);
		figures.push({ segment: one.name, people: count, members, nanos, nanosFromMemory });
	}
	return figures;
}

const endFor = ({ isSlow }: Contender, { people }: World): number =>
	isSlow ? Math.min(FEW, people.length) : people.length;

/** How many members there are; throws when one finds others than the first, who is whoever wrote it by hand. */
async function agreed(contenders: readonly Contender[], world: World): Promise<number> {
	const [first] = contenders;
	for (const contender of contenders) {
		const end = endFor(contender, world);
		assert.deepEqual(await contender.ask(0, end), await first?.ask(0, end), `${contender.name} finds other members`);
	}
	return (await first?.ask(0, world.people.length))?.members ?? 0;
}

/** CPU of one answer; all take turns at one piece after the other. */
async function nanosOf(contenders: readonly Contender[], world: World, piece: number): Promise<Nanos> {
	const micros = new Map<Contender, number>();
	for (let from = 0; from < world.people.length; from += piece) {
		for (const contender of contenders) {
			const to = Math.min(from + piece, endFor(contender, world));
			if (to <= from) continue;
			// the first time nobody counts: it brings the profiles from memory
			if (piece < world.people.length) await contender.ask(from, to);
			const before = process.cpuUsage();
			await contender.ask(from, to);
			const { user, system } = process.cpuUsage(before);
			micros.set(contender, (micros.get(contender) ?? 0) + user + system);
		}
	}
	return Object.fromEntries(
		[...micros].map(([contender, sum]) => [contender.name, (sum * 1000) / endFor(contender, world)]),
	);
}
