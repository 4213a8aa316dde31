import { describe, expect, it } from "vitest";
import { itemFragments } from "#adapters/items/fragments.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { emptyFragment } from "#domain/unify/fold-events.ts";
import type { Fragments } from "#domain/unify/ports.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const SEED = "0190a5f3-7c1e-8b52-9f0d-3a6b1c2d4e5f" as SeedId;
const AT = "2026-01-31T12:00:00.000Z";
const HOUR = "490002";

/**
 * Races that leave a cold item which does not go with the hot one: whoever wrote it lost the hot one to somebody who knew of no
 * cold item, so that the hot one holds everything.
 */
describe("a cold item that a slower worker left beside a hot one that holds everything", () => {
	it("brings back no hash of a fragment that was made anew meanwhile, or an event of those would never count", async () => {
		const { items, slow, quick } = await aColdItemLeft(
			{ ring: { [HOUR]: "dropped_" } },
			{ ring: { [HOUR]: "anew____" } },
		);
		const before = await loaded(slow);
		const next = following(before, { ring: { [HOUR]: "anew____fresh___" } });
		expect(await slow.save(next, before)).toBe("saved");
		expect(await itemFragments({ items }).load([SEED])).toEqual([next]);
		expect(await quick.load([SEED])).toEqual([next]);
	});

	it("brings back no trait that came and went since, when a newer cold item is written late", async () => {
		const gone = { ...SMALL, gone: said("gone") };
		const { items, slow, quick, pauseSlow } = await aColdItemLeft({}, { traits: gone });
		const third = itemFragments({ items });
		const known = await loaded(third);
		// the slow worker is about to write the state it read as a newer cold item
		const read = await loaded(slow);
		pauseSlow("before", async () => {
			const had = await loaded(quick);
			expect(await quick.save(following(had, { traits: SMALL }), had)).toBe("saved");
			// the third learns that there is a cold item when it is refused
			expect(await third.save(following(known), known)).toBe("refused");
			const least = await loaded(third);
			expect(await third.save(following(least, { eventCount: 9 }), least)).toBe("saved");
		});
		expect(await slow.save(following(read, { traits: { ...gone, more: said("y".repeat(700)) } }), read)).toBe(
			"refused",
		);
		const found = await loaded(itemFragments({ items }));
		expect(found).toMatchObject({ version: 4, eventCount: 9 });
		expect(found.traits).toEqual(SMALL);
	});
});

type When = "before" | "after";

/** A fragment of version 2 by the quick worker, beside a cold item as of version 1 by the slow one, who was refused and knows. */
async function aColdItemLeft(first: Partial<Fragment>, second: Partial<Fragment>) {
	const items = memoryItemStore();
	const pause: { when?: When; others?: () => Promise<void> } = {};
	const pauseSlow = (when: When, others: () => Promise<void>) => Object.assign(pause, { when, others });
	const [slow, quick] = [itemFragments({ items: pausing(items, pause) }), itemFragments({ items })];
	const start = following(emptyFragment(SEED), { ...first, traits: SMALL });
	expect(await quick.save(start, emptyFragment(SEED))).toBe("saved");
	const known = await loaded(slow);
	pauseSlow("after", async () => {
		expect(await quick.save(following(start, second), start)).toBe("saved");
	});
	const large = { ...SMALL, large: said("x".repeat(700)) };
	expect(await slow.save(following(known, { traits: large }), known)).toBe("refused");
	expect(items.all().map(({ sk, u, v }) => [sk, u ?? v])).toEqual([
		["T", 2],
		["S", 1],
	]);
	return { items, slow, quick, pauseSlow };
}

/** A store in which others act once, before or after a cold item is written alone. */
function pausing(items: ItemStore, pause: { when?: When; others?: () => Promise<void> }): ItemStore {
	const act = async (now: When) => {
		const { when, others } = pause;
		if (when !== now || !others) return;
		delete pause.others;
		await others();
	};
	return {
		...items,
		put: async (item, condition) => {
			if (item.sk !== "S") return items.put(item, condition);
			await act("before");
			const answer = await items.put(item, condition);
			await act("after");
			return answer;
		},
	};
}

const loaded = async (fragments: Fragments): Promise<Fragment> =>
	(await fragments.load([SEED]))[0] ?? emptyFragment(SEED);

const said = (value: string) => [{ value, at: AT, messageId: "m-1", source: "web" }];

const SMALL: Fragment["traits"] = { plan: said("p".repeat(300)) };

const following = (known: Fragment, changes: Partial<Fragment> = {}): Fragment => ({
	...known,
	firstSeen: AT,
	lastSeen: AT,
	...changes,
	version: known.version + 1,
});
