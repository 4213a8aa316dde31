import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DuckdbSql, duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { fileSamples, type SampleFiles, sampleFiles } from "#adapters/embedded/files/samples.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import { drawSample } from "#domain/segment/draw-sample.ts";
import type { Samples } from "#domain/segment/ports-of-preview.ts";
import { estimator, previewSegment } from "#domain/segment/preview-segment.ts";
import { readCondition } from "#domain/segment/read-condition.ts";
import { DUCKDB } from "#domain/segment/sql-dialect.ts";
import { anArchivedEvent } from "#test/adapters/archived-events.ts";
import { temporaryFolder } from "#test/adapters/embedded/temporary-folder.ts";

const NOW = new Date("2026-03-10T12:00:00.000Z");
const now = () => NOW;
const seed = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, "0")}`;
const read = (when: Condition) => readCondition(when, { segments: new Map() });
const identify = (traits: NonNullable<SourcedEvent["traits"]>): Partial<SourcedEvent> => ({ type: "identify", traits });

type World = { sql: DuckdbSql; samples: Samples; files: SampleFiles; folder: string; close(): Promise<void> };

/** An archive of so many people: every third is gold, every fifth bought; the first ones are one person with the last. */
async function openWorld(people: number): Promise<World> {
	const { folder, remove } = temporaryFolder();
	const archive = await fileArchive({ folder });
	const identityArchive = await fileIdentityArchive({ folder });
	const files = await sampleFiles({ folder });
	const sql = duckdbSql({ archive, identityArchive, samples: files, temporaryFolder: join(folder, "spill") });
	await archive.store(
		Array.from({ length: people }, (_, n) => [
			anArchivedEvent(identify({ plan: n % 3 === 0 ? "gold" : "free" }), seed(n)),
			...(n % 5 === 0 ? [anArchivedEvent({ event: "Bought", properties: {} }, seed(n))] : []),
		]).flat(),
	);
	await identityArchive.store([
		{ seedId: seed(0), profileId: seed(1) as ProfileId, at: NOW.toISOString(), messageId: "m" },
	]);
	const close = async () => {
		await sql.close();
		remove();
	};
	return { sql, samples: fileSamples({ files, sql }), files, folder, close };
}

const GOLD = read({ trait: "plan", is: { op: "eq", value: "gold" } });
const BOUGHT = read({ event: "Bought", where: [], atLeast: 1 });

describe("a preview", () => {
	let world: World;
	const preview = (root = GOLD) =>
		previewSegment(
			{
				root,
				others: [
					{ id: "buyers", root: BOUGHT },
					{ id: "nobody", root: read({ event: "Never", where: [] }) },
				],
				traits: [],
			},
			{ ...world, dialect: DUCKDB, now },
		);

	describe("of few people", () => {
		beforeAll(async () => {
			world = await openWorld(60);
		});
		afterAll(() => world.close());

		it("looks at everybody, so that its numbers are exact", async () => {
			expect(await drawSample({ ...world, dialect: DUCKDB, now })).toEqual({ people: 59, drawn: 0 });
			const { members, ...rest } = await preview();
			// whose last word was gold: 0 became one with 1, who is free by the later message or not
			const gold = members.length;
			expect([19, 20]).toContain(gold);
			expect(rest).toMatchObject({ isExact: true, people: 59, lookedAt: 59, asOf: NOW.toISOString() });
			expect(rest).toMatchObject({ size: gold, low: gold, high: gold });
			expect(rest.overlap.map(({ segmentId }) => segmentId)).toEqual(["buyers"]);
		});

		it("shows twenty members at most, each of whom is one", async () => {
			const { members, size } = await preview(read({ trait: "plan", is: { op: "exists" } }));
			expect(size).toBe(59);
			expect(members).toHaveLength(20);
			expect(new Set(members).size).toBe(20);
		});

		it("of nobody is empty", async () => {
			expect(await preview(read({ event: "Never", where: [] }))).toMatchObject({
				size: 0,
				high: 0,
				members: [],
				overlap: [],
			});
		});
	});

	describe("of many people", () => {
		beforeAll(async () => {
			world = await openWorld(24_000);
			await drawSample({ ...world, dialect: DUCKDB, now });
		}, 60_000);
		afterAll(() => world.close());

		it("looks at some, and says how near its numbers are", async () => {
			const found = await preview();
			expect(found).toMatchObject({ isExact: false, people: 23_999, asOf: NOW.toISOString() });
			expect(found.lookedAt).toBeGreaterThan(9_500);
			expect(found.lookedAt).toBeLessThan(10_500);
			expect(found.high - found.low).toBeLessThan(600);
			expect(found.low).toBeLessThan(8_100);
			expect(found.high).toBeGreaterThan(7_900);
			const [buyers] = found.overlap;
			expect(buyers?.size).toBeGreaterThan(1_400);
			expect(buyers?.size).toBeLessThan(1_800);
		});

		it("has all that is known of whoever was drawn", async () => {
			const both = await preview(
				read({
					all: [
						{ trait: "plan", is: { op: "exists" } },
						{ event: "Bought", where: [] },
					],
				}),
			);
			const bought = await preview(BOUGHT);
			expect(both.size).toBe(bought.size);
		});

		it("looks at everybody where other people decide", async () => {
			const found = await preview(read({ account: { users: "any", meet: { event: "Bought", where: [] } } }));
			expect(found).toMatchObject({ isExact: true, lookedAt: 23_999, size: 0 });
		});

		it("asks the sample before until another is complete, and no sample any more once it is forgotten", async () => {
			const before = await world.samples.current();
			const failing = {
				rows: "SELECT nonsense FROM events",
				about: { asOf: "2026-03-11T00:00:00.000Z", people: 1, share: 1 },
			};
			await expect(world.samples.draw(failing)).rejects.toThrow();
			expect(await world.samples.current()).toEqual(before);
			const later = new Date("2026-03-12T00:00:00.000Z");
			await drawSample({ ...world, dialect: DUCKDB, now: () => later });
			expect(await world.samples.current()).toMatchObject({ asOf: later.toISOString(), people: 23_999 });
			expect((await preview()).lookedAt).toBeGreaterThan(9_500);
			await world.samples.forget();
			expect(await world.samples.current()).toBeUndefined();
			expect((await preview()).isExact).toBe(true);
		});
	});
});

describe("an estimate", () => {
	it.each([
		// R: binom::binom.confint(k, n, methods = "wilson"), times 1,000,000 people
		[0, 100, [0, 0, 36_994]],
		[50, 100, [500_000, 403_831, 596_169]],
		[100, 100, [1_000_000, 963_006, 1_000_000]],
		[1, 10_000, [100, 17, 567]],
	])("of %i found among %i is %j", (found, lookedAt, [size, low, high]) => {
		const estimate = estimator({ people: 1_000_000, lookedAt, isExact: false })(found);
		expect(estimate.size).toBe(size);
		expect(Math.abs(estimate.low - (low ?? 0))).toBeLessThanOrEqual(1);
		expect(Math.abs(estimate.high - (high ?? 0))).toBeLessThanOrEqual(1);
	});
});
