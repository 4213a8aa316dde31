import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { itemFragments } from "#adapters/items/fragments.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { keys } from "#adapters/items/keys.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { emptyFragment } from "#domain/unify/fold-events.ts";
import { remember } from "#domain/unify/ring.ts";

const HOUR = new Date("2026-01-30T12:00:00.000Z");
const WORKERS = 4;
const SAVES = 8;

/** What every item store must let fragments be: two items that are one to whoever reads, whoever writes meanwhile. */
export function fragmentsContract(store: () => ItemStore): void {
	describe("fragments", () => {
		it("lose nothing of what workers write at once, though each outgrows its hot item now and then", async () => {
			const id = randomUUID() as SeedId;
			let refused = 0;
			let loaded = 0;
			const allLoaded = Promise.withResolvers<void>();
			const worker = async (who: number): Promise<void> => {
				const fragments = itemFragments({ items: store() });
				for (let done = 0; done < SAVES; ) {
					const [before = emptyFragment(id)] = await fragments.load([id]);
					if (++loaded === WORKERS) allLoaded.resolve();
					await allLoaded.promise; // so that the first saves meet, however quick a store is
					const answer = await fragments.save(withOneMore(before, `${who}-${done}`), before);
					if (answer === "saved") done++;
					else refused++;
				}
			};
			await Promise.all(Array.from({ length: WORKERS }, (_, who) => worker(who)));
			const [found] = await itemFragments({ items: store() }).load([id]);
			expect(found).toMatchObject({ version: WORKERS * SAVES, eventCount: WORKERS * SAVES });
			expect(Object.keys(found?.traits ?? {})).toHaveLength(WORKERS * SAVES);
			expect(found?.measures?.viewed?.["0"]).toEqual({ n: WORKERS * SAVES });
			expect(found?.ring["490000"]?.length).toBe(8 * WORKERS * SAVES);
			expect(await store().get(keys.fragmentBody(id))).toBeDefined();
			expect(refused).toBeGreaterThan(0);
		});

		it("are read by many ids at once, small and large, those that are not there left out", async () => {
			const fragments = itemFragments({ items: store() });
			const ids = Array.from({ length: 30 }, () => randomUUID() as SeedId);
			for (const [i, id] of ids.slice(1).entries()) {
				let before = emptyFragment(id);
				for (let n = 0; n <= i % 12; n++) {
					const next = withOneMore(before, `${n}`);
					expect(await fragments.save(next, before)).toBe("saved");
					before = next;
				}
			}
			const found = await itemFragments({ items: store() }).load(ids);
			const counts = new Map(found.map(({ seedId, eventCount }) => [seedId, eventCount]));
			expect(ids.map((id) => counts.get(id))).toEqual([undefined, ...ids.slice(1).map((_, i) => 1 + (i % 12))]);
		});
	});
}

/** A fragment with one event more in it, which says 150 characters. */
function withOneMore(known: Fragment, name: string): Fragment {
	const at = HOUR.toISOString();
	const n = (known.measures?.viewed?.["0"]?.n ?? 0) + 1;
	return {
		...known,
		version: known.version + 1,
		traits: { ...known.traits, [name]: [{ value: "x".repeat(150), at, messageId: name, source: "web" }] },
		measures: { viewed: { 0: { n } } },
		eventCount: known.eventCount + 1,
		firstSeen: at,
		lastSeen: at,
		ring: remember(known.ring, [name.padEnd(8, ".")], new Date(490_000 * 3_600_000)),
	};
}
