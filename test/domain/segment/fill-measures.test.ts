import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { EVENT_COLUMNS } from "#domain/model/archive-rows.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Json } from "#domain/model/json.ts";
import type { Fragment } from "#domain/model/profile.ts";
import { measureKeeper } from "#domain/rules/measures/keep-measure.ts";
import { meaningOf } from "#domain/rules/measures/measure-of.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";
import { placesBy } from "#domain/rules/measures/places.ts";
import { type FillDeps, fillMeasures } from "#domain/segment/fill-measures.ts";
import { emptyFragment } from "#domain/unify/fold-events.ts";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const SINCE = "2026-03-01T10:00:00.000Z";
const DAY = 86_400_000;
const seed = (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000` as SeedId;

const spec: MeasureSpec = { kind: "count", event: "Ordered", where: [], bucketMs: DAY };
const keptFor = (spec: MeasureSpec, keptMs: number, isFilled = false) =>
	measureKeeper(sha256, new Map([[meaningOf(spec, sha256), [{ since: SINCE, isFilled }]]]))({ spec, keptMs });
const orders = keptFor(spec, Number.POSITIVE_INFINITY);
const filled = `${orders.key}<`;

type Row = {
	readonly person: number;
	readonly receivedAt?: string;
	readonly daysAgo?: number;
	readonly event?: string;
};
let counter = 0;
const row = ({ person, receivedAt = "2026-02-28T00:00:00.000Z", daysAgo = 5, event = "Ordered" }: Row): Json[] => {
	const at = new Date(NOW.getTime() - daysAgo * DAY).toISOString();
	const values: { readonly [column: string]: Json } = {
		...{ message_id: `m-${++counter}`, type: "track", event, source: "web", seed_id: seed(person) },
		...{ timestamp: at, original_timestamp: at, sent_at: at, received_at: receivedAt },
	};
	return EVENT_COLUMNS.map((column) => values[column] ?? null);
};

/** Fragments in memory, and an archive that has these rows in pages. */
function world(pages: readonly (readonly Json[][])[], known: readonly SeedId[], more: Partial<FillDeps> = {}) {
	const stored = new Map(known.map((id) => [id, { ...emptyFragment(id), version: 1 } as Fragment]));
	const queries: string[] = [];
	const read: number[] = [];
	const deps: FillDeps = {
		sql: {
			async *pages(sql) {
				queries.push(sql);
				for (const [i, rows] of pages.entries()) {
					read.push(i);
					yield { columns: [], rows, scannedBytes: 0 };
				}
			},
		},
		dialect: { sortedAtOnce: Number.POSITIVE_INFINITY },
		fragments: {
			load: async (ids) => ids.flatMap((id) => stored.get(id) ?? []),
			save: async (next, before) => {
				if (stored.get(before.seedId)?.version !== before.version) return "refused";
				stored.set(next.seedId, next);
				return "saved";
			},
		},
		admit: (event: SourcedEvent) => event,
		placeOf: placesBy(sha256),
		now: () => NOW,
		pause: async () => {},
		mustStop: () => false,
		...more,
	};
	const fill = (measures = [orders], slice = {}) => fillMeasures(measures, slice, deps);
	return { stored, queries, read, deps, fill, measuresOf: (id: SeedId) => stored.get(id)?.measures };
}

describe("fillMeasures", () => {
	it("puts what was received before a measure was kept at its own place, person by person", async () => {
		const { fill, measuresOf } = world(
			[
				[row({ person: 1 }), row({ person: 1, daysAgo: 6 })],
				[row({ person: 1 }), row({ person: 2 })],
			],
			[seed(1), seed(2)],
		);
		expect(await fill()).toEqual({ written: 2 });
		const day = Math.floor(NOW.getTime() / DAY);
		expect(measuresOf(seed(1))).toEqual({ [filled]: { [day - 5]: { n: 2 }, [day - 6]: { n: 1 } } });
		expect(measuresOf(seed(2))).toEqual({ [filled]: { [day - 5]: { n: 1 } } });
	});

	it("leaves out what is counted as it came, what is no such event, and what the pass sets aside", async () => {
		const rows = [row({ person: 1, receivedAt: SINCE }), row({ person: 1, event: "Viewed" }), row({ person: 1 })];
		const aside = `m-${counter}`;
		const admit = (event: SourcedEvent) => (event.messageId === aside ? undefined : event);
		const { fill, stored } = world([rows], [seed(1)], { admit });
		expect(await fill()).toEqual({ written: 0 });
		expect(stored.get(seed(1))?.version).toBe(1);
	});

	it("writes nothing when it is run again, and takes the place of what was there when the archive has more", async () => {
		const pages = [[row({ person: 1 })]];
		const { fill, stored, measuresOf } = world(pages, [seed(1)]);
		expect([await fill(), await fill()]).toEqual([{ written: 1 }, { written: 0 }]);
		pages[0]?.push(row({ person: 1 }));
		expect(await fill()).toEqual({ written: 1 });
		expect(Object.values(measuresOf(seed(1))?.[filled] ?? {})).toEqual([{ n: 2 }]);
		expect(stored.get(seed(1))?.version).toBe(3);
	});

	it("leaves what comes meanwhile alone, and writes again when others were quicker", async () => {
		const { deps, stored } = world([[row({ person: 1 })]], [seed(1)]);
		const { load } = deps.fragments;
		let others = 3;
		const busy: FillDeps["fragments"] = {
			...deps.fragments,
			load: async (ids) => {
				const found = await load(ids);
				const [one] = found;
				if (one && others-- > 0)
					stored.set(seed(1), { ...one, version: one.version + 1, measures: { [orders.key]: { 1: { n: others } } } });
				return found;
			},
		};
		expect(await fillMeasures([orders], {}, { ...deps, fragments: busy })).toEqual({ written: 1 });
		expect(Object.keys(stored.get(seed(1))?.measures ?? {})).toEqual([orders.key, filled]);
		others = 99;
		stored.set(seed(1), { ...emptyFragment(seed(1)), version: 1 });
		await expect(fillMeasures([orders], {}, { ...deps, fragments: busy })).rejects.toThrow("5 times in a row");
	});

	it("leaves out whom no event has reached yet, and what no window can see any more", async () => {
		const window = keptFor(spec, 30 * DAY);
		const month = { ...window, keptMs: 30 * DAY };
		const rows = [row({ person: 1, daysAgo: 40 }), row({ person: 2 })];
		const { fill, stored } = world([rows], [seed(1)]);
		expect(await fill([month])).toEqual({ written: 0 });
		expect([...stored.keys()]).toEqual([seed(1)]);
	});

	it("asks once for all measures, and goes on after the last person who is done when it had to stop", async () => {
		const people = Array.from({ length: 250 }, (_, i) => i);
		const pages = [people.slice(0, 130), people.slice(130)].map((some) => some.map((person) => row({ person })));
		const { fill, queries, stored } = world(pages, people.map(seed), { mustStop: () => true });
		const steps = keptFor({ kind: "steps", steps: [{ event: "Ordered", where: [] }], bucketMs: 3_600_000 }, Infinity);
		expect(await fill([orders, steps])).toEqual({ written: 100, after: seed(99) });
		expect(Object.keys(stored.get(seed(99))?.measures ?? {})).toHaveLength(2);
		expect(stored.get(seed(100))?.measures).toBeUndefined();
		await fill([orders], { after: seed(99) });
		expect(queries).toHaveLength(2);
		expect(queries[1]).toContain(`seed_id > '${seed(99)}'`);
		expect(queries[0]).toContain("received_at < timestamp '2026-03-01 10:00:00.000'");
	});

	it("keeps of a machine that sent thousands of values as much as an item can hold", async () => {
		const values = keptFor(
			{ kind: "steps", steps: [{ event: "Ordered", where: [] }], property: "properties.id", bucketMs: 60_000 },
			Infinity,
		);
		const greedy = Array.from({ length: 40 }, (_, i) => ({ ...values, key: `k${i}` }));
		const rows = Array.from({ length: 5000 }, (_, i) => {
			const one = row({ person: 1, daysAgo: i / 1440 });
			return EVENT_COLUMNS.map((column, at) =>
				column === "properties" ? JSON.stringify({ id: "x".repeat(199) + i }) : (one[at] ?? null),
			);
		});
		const { fill, measuresOf } = world([rows], [seed(1)]);
		await fill([orders, ...greedy]);
		expect(JSON.stringify(measuresOf(seed(1))).length).toBeLessThan(30_100);
		expect(Object.values(measuresOf(seed(1))?.[filled] ?? {}).reduce((sum, { n = 0 }) => sum + n, 0)).toBe(5000);
	});
});
