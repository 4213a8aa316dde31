import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Fragment, LeafState } from "#domain/model/profile.ts";
import { fillCounts } from "#domain/segment/fill-counts.ts";

const ADA = "ada" as SeedId;
const fragment = (leaves: LeafState): Fragment => ({
	seedId: ADA,
	version: 3,
	traits: {},
	leaves,
	eventCount: 1,
	firstSeen: "",
	lastSeen: "",
	ring: {},
});

/** Fragments in memory, of which the first writes are refused as if another had just written. */
function memory(known: Fragment, refusals = 0) {
	let stored = known;
	let left = refusals;
	return {
		stored: () => stored,
		fragments: {
			load: async (ids: readonly SeedId[]) => [stored].filter(({ seedId }) => ids.includes(seedId)),
			save: async (next: Fragment) => {
				if (left-- > 0) stored = { ...stored, version: stored.version + 1, eventCount: stored.eventCount + 1 };
				if (next.version !== stored.version + 1) return "refused" as const;
				stored = next;
				return "saved" as const;
			},
		},
		pause: async () => {},
	};
}

describe("fillCounts", () => {
	it.each<{ when: string; known: LeafState; totals: LeafState; leaves: LeafState; written: number }>([
		{
			when: "nothing was filled in yet",
			known: { k: { "5": 1 } },
			totals: { k: { "4": 2 } },
			leaves: { k: { "5": 1 }, "k<": { "4": 2 } },
			written: 1,
		},
		{
			when: "the archive knows more by now",
			known: { "k<": { "4": 2 } },
			totals: { k: { "3": 1, "4": 2 } },
			leaves: { "k<": { "3": 1, "4": 2 } },
			written: 1,
		},
		{
			when: "the archive knows the same",
			known: { "k<": { "4": 2 } },
			totals: { k: { "4": 2 } },
			leaves: { "k<": { "4": 2 } },
			written: 0,
		},
		{
			when: "the archive knows less, it never lowers",
			known: { "k<": { "4": 2 } },
			totals: { k: { "4": 1 } },
			leaves: { "k<": { "4": 2 } },
			written: 0,
		},
	])("when $when", async ({ known, totals, leaves, written }) => {
		const deps = memory(fragment(known));
		expect(await fillCounts(new Map([[ADA, totals]]), deps)).toBe(written);
		expect(deps.stored()).toMatchObject({ leaves, version: 3 + written });
	});

	it("keeps what was written meanwhile", async () => {
		const deps = memory(fragment({}), 2);
		expect(await fillCounts(new Map([[ADA, { k: { "4": 1 } }]]), deps)).toBe(1);
		expect(deps.stored()).toMatchObject({ eventCount: 3, leaves: { "k<": { "4": 1 } }, version: 6 });
	});

	it("gives up after five refusals", async () => {
		const deps = memory(fragment({}), 9);
		await expect(fillCounts(new Map([[ADA, { k: { "4": 1 } }]]), deps)).rejects.toThrow("5 times in a row");
	});

	it("leaves out who has no fragment yet", async () => {
		const deps = memory(fragment({}));
		expect(await fillCounts(new Map([["bob" as SeedId, { k: { "4": 1 } }]]), deps)).toBe(0);
	});

	it("adds up what is older than 400 days with counts, and loses none of it", async () => {
		const deps = memory(fragment({}));
		const days = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [String(i + 1), 1]));
		await fillCounts(new Map([[ADA, { k: days }]]), deps);
		const filled = deps.stored().leaves["k<"] ?? {};
		expect([Object.keys(filled).length, filled["0"], filled["500"]]).toEqual([400, 101, 1]);
	});
});
