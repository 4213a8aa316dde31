import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemFragments } from "#adapters/items/fragments.ts";
import type { Item, ItemStore } from "#adapters/items/item-store.ts";
import { itemSize } from "#adapters/meter/item-size.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { aHappening, aLife, type Happening } from "./fragment-lives.ts";

const SEED = "0190a5f3-7c1e-8b52-9f0d-3a6b1c2d4e5f" as SeedId;
const RUNS = lawRuns(100);

/** What a worker does next; `turns` says how long each of its calls lets others go first. */
type Act = {
	readonly happening: Happening;
	readonly turns: number;
	readonly fault: "none" | "dies after a write" | "has forgotten" | "is late";
};

const anAct: fc.Arbitrary<Act> = fc.record({
	happening: aHappening,
	turns: fc.nat(12),
	fault: fc.oneof(
		{ weight: 8, arbitrary: fc.constant("none" as const) },
		fc.constantFrom("dies after a write", "has forgotten", "is late"),
	),
});

const NOTHING: Happening = { hour: 0, hashes: 1, said: [], again: false, counted: [], listed: [], anew: false };

class Died extends Error {}

describe("a fragment in two items", () => {
	it("is what one item would be, whoever writes, dies and reads meanwhile, and its hot item is small", {
		...lawTime(RUNS, 300),
	}, async () => {
		let [compacted, died, refused] = [0, 0, 0];
		const oneWorker = fc.array(anAct, { minLength: 1, maxLength: 25 });
		await fc.assert(
			fc.asyncProperty(fc.array(oneWorker, { minLength: 1, maxLength: 3 }), async (workers) => {
				const world = aWorld();
				await Promise.all(workers.map((acts) => world.work(acts)));
				await world.check(await world.read());
				expect(await world.savesAtLast()).toBe(true);
				compacted += world.counts.cold;
				died += world.counts.died;
				refused += world.counts.refused;
				expect(world.largestHot()).toBeLessThanOrEqual(1024);
			}),
			{ numRuns: RUNS, endOnFailure: true },
		);
		expect(Math.min(compacted, died, refused)).toBeGreaterThan(RUNS / 4);
	});
});

/** A table, the workers on it, and all that ever may have been written: what a simple table of whole fragments would hold. */
function aWorld() {
	let waits = 0;
	const memory = memoryItemStore(async () => {
		for (let i = 0; i < waits; i++) await Promise.resolve();
	});
	const life = aLife(SEED);
	/** By version: what somebody tried to write. As soon as one of them was read or answered, it is the one. */
	const tried = new Map<number, Fragment[]>();
	const counts = { cold: 0, died: 0, refused: 0 };
	let newest = 0;
	let largest = 0;

	function watch(item: Item): void {
		if (item.sk === "S") counts.cold++;
		else largest = Math.max(largest, itemSize(item));
	}

	/** A store that a worker loses in the middle of what it does. */
	function storeOf(state: { act?: Act }): ItemStore {
		const around = async <T>(write: () => Promise<T>): Promise<T> => {
			const { act } = state;
			waits = act?.turns ?? 0;
			const answer = await write();
			if (act?.fault === "dies after a write") throw new Died();
			return answer;
		};
		return {
			...memory,
			put: (item, condition) =>
				around(async () => {
					const answer = await memory.put(item, condition);
					if (answer.kind === "written") watch(item);
					return answer;
				}),
			transact: (writes) =>
				around(async () => {
					const answer = await memory.transact(writes);
					if (answer.kind === "written") for (const one of writes) if (one.kind === "put") watch(one.item);
					return answer;
				}),
		};
	}

	async function read(fragments = itemFragments({ items: memory })): Promise<Fragment> {
		const least = newest;
		const [found = life.empty] = await fragments.load([SEED]);
		expect(found.version).toBeGreaterThanOrEqual(least);
		return found;
	}

	async function check(found: Fragment): Promise<void> {
		if (found.version === 0) return;
		const all = tried.get(found.version) ?? [];
		const match = all.find((one) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(found)));
		if (!match) expect(found).toEqual(all.at(-1));
		tried.set(found.version, [found]);
		newest = Math.max(newest, found.version);
	}

	async function work(acts: readonly Act[]): Promise<void> {
		const state: { act?: Act } = {};
		const start = () => itemFragments({ items: storeOf(state), now: () => new Date(0) });
		let fragments = start();
		let old: Fragment | undefined;
		for (const act of acts) {
			state.act = act;
			const found = await read(fragments);
			await check(found);
			const before =
				act.fault === "has forgotten" ? structuredClone(found) : act.fault === "is late" ? (old ?? found) : found;
			const next = life.next(before, act.happening);
			tried.set(next.version, [...(tried.get(next.version) ?? []), next]);
			try {
				const answer = await fragments.save(next, before);
				if (answer === "saved") {
					const all = tried.get(next.version) ?? [];
					expect(all.some((one) => one === next || JSON.stringify(sorted(one)) === JSON.stringify(sorted(next)))).toBe(
						true,
					);
					tried.set(next.version, [next]);
					newest = Math.max(newest, next.version);
					old = before;
				} else counts.refused++;
			} catch (error) {
				if (!(error instanceof Died)) throw error;
				counts.died++;
				fragments = start();
			}
		}
	}

	/** Whether somebody who is alone and tries again, as whoever folds does, comes through. */
	async function savesAtLast(): Promise<boolean> {
		const fragments = itemFragments({ items: memory });
		for (let attempt = 1; attempt <= 3; attempt++) {
			const before = await read(fragments);
			const next = life.next(before, { ...NOTHING, said: [[0, 1, 900]] });
			if ((await fragments.save(next, before)) === "saved") return true;
		}
		return false;
	}

	return { work, read, check, savesAtLast, counts, largestHot: () => largest };
}

/** The same whatever the order of names. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([x], [y]) => (x < y ? -1 : 1))
			.map(([name, part]) => [name, sorted(part)]),
	);
}
