import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeTurns } from "#test/support/memory-item-store.ts";
import { aSegment, aSource, aTrait } from "../../domain/rules/definitions.ts";
import { openWorld, seedOf } from "./recompute-world.ts";

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const GOLD = aSegment("gold", { trait: "tier", is: { op: "eq", value: "gold" } });
const BUYERS = aSegment("buyers", { event: "Ordered", atLeast: 2 });

let world: Awaited<ReturnType<typeof openWorld>>;
beforeEach(async () => {
	world = await openWorld();
	await world.apply(GOLD, BUYERS);
	await world.reconcile(); // the first look compares nothing: the next night counts from it
});
afterEach(() => world.close());

const ordered = (user: string) => ({ user, event: "Ordered" });
const causes = async (user: string) =>
	(await world.rowsOf(user)).map(({ segmentId, state, cause }) => [segmentId, state, cause.kind]);

/** Everybody is judged, and the night has come. */
async function untilNight(): Promise<void> {
	world.pass(20);
	await world.recompute();
	world.pass(DAY);
}

describe("the nightly comparison", () => {
	it("finds nothing where all is as it should be, and says so of each segment", async () => {
		for (const user of ["ada", "ada", "bob"]) await world.send(ordered(user));
		await untilNight();
		expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 0 });
		const { reconciled } = (await world.recomputes.states(["buyers"])).get("buyers") ?? {};
		expect(reconciled).toEqual({ at: world.now().toISOString(), repaired: 0 });
		expect(world.metrics.slice(-2)).toEqual([
			{ ReconciledFragments: 0, ReconciledMemberships: 0 },
			{ ReconcileScannedBytes: expect.any(Number) },
		]);
	});

	it("makes up for events that are in the archive and never were folded", async () => {
		await world.send(ordered("ada"));
		await world.store(world.anEvent(ordered("ada")));
		await untilNight();
		expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 1, repaired: 1 });
		expect(await causes("ada")).toEqual([["buyers", "entered", "reconcile"]]);
		const [fragment] = await world.fragments.load([seedOf("ada")]);
		expect(fragment?.eventCount).toBe(2);
		expect((await world.recomputes.states(["buyers"])).get("buyers")?.reconciled?.repaired).toBe(1);
	});

	it("does not count an event again that comes to be folded after all", async () => {
		const late = world.anEvent(ordered("ada"));
		await world.send(ordered("ada"));
		await world.store(late);
		await untilNight();
		await world.reconcile();
		await world.fold(late);
		const [fragment] = await world.fragments.load([seedOf("ada")]);
		expect(fragment?.eventCount).toBe(2);
	});

	it("finds a membership that is not what the archive says, though nothing else is wrong", async () => {
		for (const user of ["ada", "ada", "bob"]) await world.send(ordered(user));
		await untilNight();
		const wrong = { segmentId: "buyers", version: 1, at: world.now().toISOString(), segmentVersion: 1 };
		const cause = { kind: "event" } as const;
		const [row] = await world.rowsOf("ada");
		await world.memberships.change({ ...wrong, profileId: seedOf("ada"), state: "exited", version: 2, cause });
		await world.memberships.change({ ...wrong, profileId: seedOf("bob"), state: "entered", cause });
		expect(row?.state).toBe("entered");

		expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 2 });
		expect(await world.membersOf("buyers")).toEqual([seedOf("ada")]);
		expect(await causes("bob")).toEqual([["buyers", "exited", "reconcile"]]);
	});

	it("mends a fragment that counts too much", async () => {
		await world.send(ordered("ada"));
		const [fragment] = await world.fragments.load([seedOf("ada")]);
		if (!fragment) throw new Error("she has one");
		const doubled = Object.fromEntries(
			Object.entries(fragment.measures ?? {}).map(([key, buckets]) => [
				key,
				Object.fromEntries(Object.entries(buckets).map(([at]) => [at, { n: 5 }])),
			]),
		);
		const wrong = { ...fragment, version: fragment.version + 1, eventCount: 5, measures: doubled };
		await world.fragments.save(wrong, fragment);
		await untilNight();
		expect(await world.membersOf("buyers")).toEqual([seedOf("ada")]); // by the recompute, which believes the fragment
		expect(await world.reconcile()).toMatchObject({ rebuilt: 1, repaired: 1 });
		expect(await world.membersOf("buyers")).toEqual([]);
	});

	it("leaves a fragment alone that has had events since the hour it looks back to", async () => {
		await world.send(ordered("ada"));
		await world.store(world.anEvent(ordered("ada")));
		await untilNight();
		await world.fold(world.anEvent({ user: "ada", event: "Viewed" }));
		expect(await world.reconcile()).toMatchObject({ rebuilt: 0 });
	});

	it("comes once a night, and when somebody asks", async () => {
		await untilNight();
		expect(await world.reconcile()).toMatchObject({ kind: "done" });
		world.pass(HOUR);
		expect(await world.reconcile()).toEqual({ kind: "idle" });
		await world.reconciles.ask(world.now().toISOString());
		expect(await world.reconcile()).toMatchObject({ kind: "done" });
		expect(await world.reconcile()).toEqual({ kind: "idle" });
	});

	it("does not miss in profiles what was set aside", async () => {
		await world.send(ordered("ada"));
		await world.store(world.anEvent(ordered("ada")), { quarantined: "plan_violated" });
		await world.store(world.anEvent(ordered("bob")), { quarantined: "unplanned_event" });
		await untilNight();
		expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 0 });
	});

	describe("between something new in force and the run that brings everybody in line with it", () => {
		const VIPS = aSegment("vips", { list: "vip" });
		const silver = (...tiers: string[]) => aSegment("silver", { trait: "tier", is: { op: "in", value: tiers } });
		const WITHIN = aSegment("within", { all: [{ segment: "silver" }, { trait: "tier", is: { op: "exists" } }] });
		const said = (tier: string, source = "web") =>
			({ user: "ada", type: "identify", event: "", traits: { tier }, source }) as const;
		const SOURCES = ["crm", "web"].map((id) => aSource(id));
		const ofVips = async () => {
			await world.apply(GOLD, BUYERS, VIPS);
			world.pass(20); // from here on its count is kept
			await world.upload("vip", "ada");
		};
		const untilNightWithVips = async () => {
			world.pass(100);
			await world.recompute();
			world.pass(DAY);
			expect(await world.membersOf("vips")).toEqual([seedOf("ada")]);
		};

		it("counts nobody whom an upload of a list put in or out, and says that the list did", async () => {
			await ofVips();
			await untilNightWithVips();
			await world.upload("vip", "bob");
			world.pass(2 * HOUR); // in the archive, and known to all
			expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 0 });
			await world.recompute();
			expect(await world.membersOf("vips")).toEqual([seedOf("bob")]);
			expect(await causes("ada")).toEqual([["vips", "exited", "list"]]);
			expect((await world.recomputes.states(["vips"])).get("vips")?.reconciled).toBeUndefined();
		});

		it("counts nobody whom it judges anew for his events, where the list is what changed", async () => {
			await ofVips();
			await world.send(ordered("ada"));
			await world.store(world.anEvent(ordered("ada")));
			await untilNightWithVips();
			await world.upload("vip", "bob");
			world.pass(2 * HOUR);
			expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 1, repaired: 1 });
			const now = (await causes("ada")).toSorted();
			expect(now).toEqual([
				["buyers", "entered", "reconcile"],
				["vips", "exited", "list"],
			]);
		});

		it("counts again what it finds once the run is over", async () => {
			await ofVips();
			await untilNightWithVips();
			await world.upload("vip", "bob");
			world.pass(20);
			await world.recompute();
			const [row] = await world.rowsOf("bob");
			if (!row) throw new Error("he has one");
			await world.memberships.change({ ...row, state: "exited", version: row.version + 1 });
			world.pass(2 * HOUR);
			expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 1 });
		});

		it("counts nobody in a segment whose conditions stand in another that was edited", async () => {
			await world.apply(silver("silver"), WITHIN);
			await world.send(said("gold"));
			await untilNight();
			await world.apply(silver("silver", "gold"), WITHIN);
			world.pass(20);
			expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 0 });
			await world.recompute();
			expect(await world.membersOf("within")).toEqual([seedOf("ada")]);
		});

		it("counts nobody whom an edited trait put in or out", async () => {
			const bySource = (...sources: string[]) => aTrait("tier", { strategy: "source_priority", sources });
			await world.apply(GOLD, ...SOURCES, bySource("crm", "web"));
			world.pass(10); // until every copy in memory knows it
			await world.send(said("gold", "crm"));
			await world.send(said("silver", "web"));
			await untilNight();
			expect(await world.membersOf("gold")).toEqual([seedOf("ada")]);
			await world.apply(GOLD, ...SOURCES, bySource("web", "crm"));
			world.pass(20);
			expect(await world.reconcile()).toEqual({ kind: "done", rebuilt: 0, repaired: 0 });
			await world.recompute();
			expect(await world.membersOf("gold")).toEqual([]);
		});
	});

	describe("by two at once", () => {
		beforeEach(async () => {
			for (const user of ["ada", "bob", "carl"]) {
				await world.send(ordered(user));
				await world.store(world.anEvent(ordered(user)));
			}
			await untilNight();
		});
		const putRight = async () => {
			expect(await world.membersOf("buyers")).toEqual(["ada", "bob", "carl"].map(seedOf).sort());
			for (const user of ["ada", "bob", "carl"]) {
				expect(await causes(user)).toEqual([["buyers", "entered", "reconcile"]]);
				const [fragment] = await world.fragments.load([seedOf(user)]);
				expect(fragment?.eventCount).toBe(2);
			}
		};

		it("is done by one of them: the other finds that somebody is at it", async () => {
			const both = await Promise.all([world.reconcile(), world.reconcile()]);
			expect(both).toContainEqual({ kind: "idle" });
			expect(both).toContainEqual({ kind: "done", rebuilt: 3, repaired: 3 });
			await putRight();
		});

		it("is right all the same where one is taken for dead that is only slow, and each change is told once", async () => {
			// the first holds its lease for no longer than it takes to read, so the second takes over in the middle of its work
			const slow = world.reconcile({ budgetSeconds: -120 });
			while ((await world.reconciles.run())?.phase !== "fragments") await takeTurns();
			const other = world.reconcile({ budgetSeconds: -120 });
			expect(await Promise.all([slow, other])).not.toContainEqual({ kind: "idle" });
			for (let run = await world.reconcile(); run.kind !== "idle"; run = await world.reconcile());
			await putRight();
		});
	});

	it("stops when its time is over and is gone on with", async () => {
		for (const user of ["ada", "bob"]) {
			await world.send(ordered(user));
			await world.store(world.anEvent(ordered(user)));
		}
		await untilNight();
		const runs = [];
		do runs.push(await world.reconcile({ budgetSeconds: 0 }));
		while (runs.at(-1)?.kind === "stopped");
		expect(runs.length).toBeGreaterThan(2);
		expect(runs.at(-1)).toEqual({ kind: "done", rebuilt: 2, repaired: 2 });
	});
});
