import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { itemSweeps } from "#adapters/items/sweeps.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { type SweepDeps, type Swept, sweepIdentities } from "#domain/unify/sweep-identities.ts";
import { anArchivedEvent } from "#test/adapters/archived-events.ts";
import { anIdentityChange } from "#test/adapters/identity-archive.contract.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const START = Date.parse("2026-03-01T12:00:00.000Z");
const TIMES = { settledSeconds: 0, knownAfterSeconds: 0, budgetSeconds: 600 };
const seeds = (count: number): string[] =>
	Array.from({ length: count }, (_, n) => createHash("sha256").update(`${n}`).digest("hex").slice(0, 32));

let close = async () => {};
afterEach(() => close());

/** Sweeps over a real archive with these identifiers; `resolve` writes down whom it got, and the clock is turned by hand. */
async function aWorld(inEvents: readonly string[], inChanges: readonly string[] = []) {
	const folder = mkdtempSync(join(tmpdir(), "tutti-sweep-"));
	const archive = await fileArchive({ folder });
	const identityArchive = await fileIdentityArchive({ folder });
	await archive.store([...inEvents, ...inEvents].map((seedId) => anArchivedEvent({}, seedId)));
	await identityArchive.store(inChanges.map((seedId) => anIdentityChange({ seedId })));
	const sql = duckdbSql({ archive, identityArchive, temporaryFolder: join(folder, "tmp") });
	close = async () => {
		await sql.close();
		rmSync(folder, { recursive: true, force: true });
	};
	const sweeps = itemSweeps({ items: memoryItemStore() });
	const world = { time: START, rules: 1, asked: 0, resolved: [] as string[] };
	const identity = () => ({ ...DEFAULT_IDENTITY, version: world.rules, appliedAt: "2026-01-01T00:00:00.000Z" });
	const workspace = { sources: [], trackingPlans: [], segments: [], destinations: [] };
	const sweep = (more: Partial<SweepDeps> = {}): Promise<Swept> =>
		sweepIdentities({
			definitions: { current: async (): Promise<Workspace> => ({ ...workspace, identity: identity() }) },
			sweeps,
			sql: {
				...sql,
				query: (...args) => {
					world.asked++;
					return sql.query(...args);
				},
			},
			resolve: async (ids: readonly SeedId[]) => {
				world.resolved.push(...ids);
				return { written: ids.length, tooLarge: 2 * ids.length };
			},
			now: () => new Date(world.time),
			times: TIMES,
			idsPerSlice: 300,
			...more,
		});
	return { world, sweep, sweeps };
}

describe("sweepIdentities", { timeout: 60_000 }, () => {
	it("resolves everybody the archive knows once, and says how many", async () => {
		const [events, changes] = [seeds(1000), seeds(1100).slice(900)];
		const { world, sweep } = await aWorld(events, changes);
		expect(await sweep()).toMatchObject({
			kind: "done",
			rules: 1,
			slices: 4,
			looked: 1100,
			written: 1100,
			tooLarge: 2200,
		});
		expect(world.resolved.toSorted()).toEqual(seeds(1100).toSorted());
	});

	it("then asks the archive nothing until the rules change, and goes through everybody again", async () => {
		const { world, sweep } = await aWorld(seeds(5));
		await sweep();
		world.asked = 0;
		expect(await sweep()).toEqual({ kind: "idle" });
		expect(world.asked).toBe(0);
		world.rules = 2;
		expect(await sweep()).toMatchObject({ kind: "done", rules: 2, looked: 5 });
		expect(world.resolved).toHaveLength(10);
	});

	it("stops in time, and the next invocation goes on behind what is done", async () => {
		const { world, sweep } = await aWorld(seeds(1000));
		const resolve = async (ids: readonly SeedId[]) => {
			world.resolved.push(...ids);
			world.time += 400_000;
			return { written: 0, tooLarge: 0 };
		};
		let invocations = 0;
		for (let kind = ""; kind !== "done"; invocations++) {
			({ kind } = await sweep({ resolve, idsPerSlice: 600 }));
			expect(["stopped", "done"]).toContain(kind);
		}
		expect(invocations).toBeGreaterThan(1);
		expect(world.resolved.toSorted()).toEqual(seeds(1000).toSorted());
	});

	it("gives the work back when it fails, and loses nobody", async () => {
		const { world, sweep } = await aWorld(seeds(600));
		let isDown = true;
		const resolve = async (ids: readonly SeedId[]) => {
			if (world.resolved.length > 0 && isDown) throw new Error("the store is away");
			world.resolved.push(...ids);
			return { written: 0, tooLarge: 0 };
		};
		await expect(sweep({ resolve })).rejects.toThrow("the store is away");
		isDown = false;
		expect(await sweep({ resolve })).toMatchObject({ kind: "done", looked: 600 });
		expect(world.resolved.toSorted()).toEqual(seeds(600).toSorted());
	});

	it("leaves the work to whoever is at it, and to whoever has taken over", async () => {
		const { world, sweep, sweeps } = await aWorld(seeds(600));
		let other: Swept | undefined;
		const resolve = async () => {
			other ??= await sweep();
			const last = await sweeps.last();
			if (last) await sweeps.save({ ...last, version: last.version + 1 });
			return { written: 0, tooLarge: 0 };
		};
		expect(await sweep({ resolve })).toMatchObject({ kind: "stopped", looked: 0 });
		expect(other).toEqual({ kind: "idle" });
		expect(world.resolved).toEqual([]);
	});

	it("lets go of rules that change meanwhile, and brings everybody under the latest", async () => {
		const { world, sweep } = await aWorld(seeds(600));
		const resolve = async (ids: readonly SeedId[]) => {
			world.rules = 2;
			return { written: 0, tooLarge: ids.length };
		};
		expect(await sweep({ resolve })).toMatchObject({ kind: "stopped", rules: 1 });
		expect(await sweep()).toMatchObject({ kind: "done", rules: 2, looked: 600 });
		expect(world.resolved).toHaveLength(600);
	});

	it("is done at once where there is nobody", async () => {
		const { world, sweep } = await aWorld([]);
		expect(await sweep()).toMatchObject({ kind: "done", looked: 0 });
		expect(await sweep()).toEqual({ kind: "idle" });
		expect(world.resolved).toEqual([]);
	});
});
