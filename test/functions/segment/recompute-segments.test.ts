import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { segmentVolumeChanged } from "#contracts/bus/segment-volume-changed.ts";
import type { Sql } from "#domain/model/ports.ts";
import { aSegment } from "../../domain/rules/definitions.ts";
import { aroundEach } from "../unify/faulty-store.ts";
import { openWorld, seedOf } from "./recompute-world.ts";

const GOLD = aSegment("gold", { trait: "tier", is: { op: "eq", value: "gold" } });
const bought = (atLeast: number, rest: object = {}) => ({ event: "Ordered", atLeast, ...rest });
const BUYERS = aSegment("buyers", bought(2));
const IDLE = { kind: "idle", filled: 0, transitions: 0 };
/** More than it takes until a new count begins (15 s) and what came before is in the archive (60 s). */
const UNTIL_COVERED = 80;

let world: Awaited<ReturnType<typeof openWorld>>;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

const buy = async (user: string, times: number, properties = {}) => {
	for (let i = 0; i < times; i++) await world.send({ user, event: "Ordered", properties });
};
const causes = async (user: string) =>
	(await world.rowsOf(user)).map(({ state, version, cause }) => [state, version, cause.kind]);

describe("a segment that is added after events have come", () => {
	beforeEach(async () => {
		await world.apply(GOLD);
		await buy("ada", 2);
		await buy("bob", 1);
		await world.apply(GOLD, BUYERS);
	});

	it("lets nobody in until what came before is counted, then all who belong, once", async () => {
		world.pass(10);
		await buy("bob", 3);
		expect(await world.recompute()).toMatchObject({ kind: "done", filled: 0 });
		expect(await world.membersOf("buyers")).toEqual([]);

		world.pass(UNTIL_COVERED);
		expect(await world.recompute()).toEqual({ kind: "done", filled: 2, transitions: 2 });
		expect(await world.membersOf("buyers")).toEqual([seedOf("ada"), seedOf("bob")].sort());
		expect(await causes("ada")).toEqual([["entered", 1, "edit"]]);
	});

	it("counts on from there as events come", async () => {
		world.pass(UNTIL_COVERED);
		await world.recompute();
		await buy("bob", 1);
		expect(await causes("bob")).toEqual([["entered", 1, "event"]]);
	});

	it("counts an event once that was archived in time and folded only after the recompute", async () => {
		const late = world.anEvent({ user: "bob", event: "Ordered" });
		await world.store(late);
		world.pass(UNTIL_COVERED);
		await world.recompute();
		expect(await world.membersOf("buyers")).toContain(seedOf("bob"));
		await world.fold(late);
		const [fragment] = await world.fragments.load([seedOf("bob")]);
		const counted = Object.values(fragment?.measures ?? {}).flatMap((stretches) => Object.values(stretches));
		expect(counted.map(({ n }) => n)).toEqual([2]);
	});

	it("makes up for an archive that was behind", async () => {
		const late = world.anEvent({ user: "bob", event: "Ordered" });
		await world.fold(late);
		world.pass(UNTIL_COVERED);
		await world.recompute();
		expect(await world.membersOf("buyers")).toEqual([seedOf("ada")]);
		await world.store(late);
		world.pass(24 * 60 * 60);
		expect(await world.recompute()).toEqual({ kind: "done", filled: 1, transitions: 1 });
		expect(await causes("bob")).toEqual([["entered", 1, "recompute"]]);
	});

	it("says which version was covered, how many were in it, and when", async () => {
		world.pass(UNTIL_COVERED);
		expect((await world.recomputes.states(["buyers"])).size).toBe(0);
		await world.recompute();
		expect(await world.recomputes.states(["buyers", "gone"])).toEqual(
			new Map([
				[
					"buyers",
					{
						version: 1,
						size: 1,
						recomputedAt: "2026-03-01T10:01:20.000Z",
						measuredAt: "2026-03-01T10:01:30.000Z",
						standing: [],
					},
				],
			]),
		);
	});

	it("is not looked at again before it is edited or a day is over", async () => {
		world.pass(UNTIL_COVERED);
		await world.recompute();
		world.pass(60 * 60);
		expect(await world.recompute()).toEqual(IDLE);
		world.pass(24 * 60 * 60);
		expect(await world.recompute()).toEqual({ kind: "done", filled: 0, transitions: 0 });
	});
});

describe("an edited segment", () => {
	it("keeps its members until the new counts are complete, then lets go who belongs no more", async () => {
		await world.apply(BUYERS);
		await buy("ada", 2, { total: 10 });
		await buy("bob", 2, { total: 90 });
		world.pass(20);
		await world.recompute();
		const where = [{ path: "properties.total", is: { op: "gte", value: 50 } }];
		await world.apply(aSegment("buyers", bought(2, { where })));
		world.pass(20);
		await world.send({ user: "ada", event: "Viewed" });
		expect(await world.membersOf("buyers")).toEqual([seedOf("ada"), seedOf("bob")].sort());

		world.pass(UNTIL_COVERED);
		await world.recompute();
		expect(await causes("ada")).toEqual([["exited", 2, "edit"]]);
		expect(await causes("bob")).toEqual([["entered", 1, "event"]]);
	});

	it("of traits alone needs no archive to be settled", async () => {
		await world.apply(GOLD);
		await world.send({ user: "ada", type: "identify", event: "", traits: { tier: "silver" } });
		await world.apply(aSegment("gold", { trait: "tier", is: { op: "in", value: ["gold", "silver"] } }));
		world.pass(11);
		expect(await world.recompute()).toMatchObject({ kind: "done", transitions: 1 });
		expect(await causes("ada")).toEqual([["entered", 1, "edit"]]);
	});
});

describe("a segment that is removed", () => {
	it("tells of every member's exit", async () => {
		await world.apply(GOLD, BUYERS);
		for (const user of ["ada", "bob"]) await buy(user, 2);
		world.pass(20);
		await world.recompute();
		await world.apply(GOLD);
		world.pass(20);
		await world.recompute();
		expect(await world.membersOf("buyers")).toEqual([]);
		expect(await causes("ada")).toEqual([["exited", 2, "edit"]]);
		expect((await world.recomputes.states(["buyers"])).size).toBe(0);
		expect(await world.recompute()).toEqual(IDLE);
	});
});

describe("a recompute", () => {
	const users = Array.from({ length: 40 }, (_, n) => `user-${n}`);
	beforeEach(async () => {
		await world.apply(GOLD);
		await world.sendAll(users.map((user) => ({ user, event: "Ordered" })));
		await world.apply(GOLD, aSegment("buyers", bought(1)));
		world.pass(UNTIL_COVERED);
	});

	/** The engine; it answers so slowly that a budget of seconds is over after a page. */
	const slow = (sql: Sql): Sql => ({
		...sql,
		async *pages(text) {
			for await (const { rows, ...page } of sql.pages(text)) {
				for (const row of rows) {
					world.pass(1);
					yield { ...page, rows: [row] };
				}
			}
		},
	});

	it("stops when its time is over and goes on where it was, entering everybody once", async () => {
		const many = Array.from({ length: 300 }, (_, n) => `more-${n}`);
		await world.sendAll(many.map((user) => ({ user, event: "Ordered" })));
		const runs = [];
		do runs.push(await world.recompute({ budgetSeconds: 5, sql: slow }));
		while (runs.at(-1)?.kind === "stopped");
		expect(runs.length).toBeGreaterThan(3);
		expect(runs.at(-1)?.kind).toBe("done");
		expect(runs.reduce((sum, { transitions }) => sum + transitions, 0)).toBe(users.length + many.length);
		const everybody = [...users, ...many];
		expect(await world.membersOf("buyers")).toEqual(everybody.map(seedOf).sort());
		expect(await Promise.all(users.map(causes))).toEqual(users.map(() => [["entered", 1, "edit"]]));
	}, 30_000);

	it("that fails half-way is taken up by the next one", async () => {
		const failing = (sql: Sql): Sql => ({
			...sql,
			async *pages(text) {
				yield* sql.pages(text);
				if (text.startsWith("SELECT DISTINCT")) throw new TypeError("the engine is gone");
			},
		});
		await expect(world.recompute({ sql: failing })).rejects.toThrow("the engine is gone");
		expect((await world.recomputes.run())?.failed).toEqual({ at: world.now().toISOString(), error: "TypeError" });
		expect(await world.recompute()).toMatchObject({ kind: "done" });
		expect((await world.recomputes.run())?.failed).toBeUndefined();
		expect(await world.membersOf("buyers")).toEqual(users.map(seedOf).sort());
	});

	it("may be killed at any write and does the rest when it is called again", async () => {
		const writes = new Set(["put", "update", "delete", "transact"]);
		for (let last = 1, isReached = true; isReached; last++) {
			let left = Number.POSITIVE_INFINITY;
			isReached = false;
			const wrap = (items: ItemStore) =>
				aroundEach(items, async (name, call) => {
					if (left <= 0) throw new Error("killed");
					const answer = await call();
					if (writes.has(name) && --left === 0) {
						isReached = true;
						throw new Error("killed"); // it was written, and nobody knows
					}
					return answer;
				});
			const here = await openWorld({ wrap });
			try {
				await here.apply(GOLD);
				for (const user of ["ada", "ada", "bob"]) await here.send({ user, event: "Ordered" });
				await here.apply(GOLD, BUYERS, aSegment("recent", bought(1, { within: "60m" })));
				here.pass(UNTIL_COVERED);
				left = last;
				await here.recompute().catch(() => {});
				left = Number.POSITIVE_INFINITY;
				here.pass(15 * 60); // until the lease of the one that was killed is over
				await here.recompute();
				expect(await here.membersOf("buyers")).toEqual([seedOf("ada")]);
				expect(await here.membersOf("recent")).toEqual(["ada", "bob"].map(seedOf).sort());
				expect((await here.rowsOf("ada")).map(({ version }) => version)).toEqual([1, 1]);
				expect(await here.recompute()).toEqual(IDLE);
				here.pass(60 * 60);
				await here.tick();
				expect(await here.membersOf("recent")).toEqual([]);
			} finally {
				await here.close();
			}
		}
	}, 60_000);

	it("has the work to itself", async () => {
		let other: unknown;
		const meanwhile = (sql: Sql): Sql => ({
			...sql,
			...sql,
			async *pages(text) {
				other ??= await world.recompute();
				yield* sql.pages(text);
			},
		});
		expect(await world.recompute({ sql: meanwhile })).toMatchObject({ kind: "done", transitions: users.length });
		expect(other).toEqual(IDLE);
	});

	it("that was killed is taken up when its lease is over", async () => {
		const run = await world.recomputes.run();
		const leasedUntil = "2026-03-01T10:10:00.000Z";
		const killed = {
			phase: "judge",
			covers: {},
			lists: {},
			relisted: [],
			startedAt: "2026-03-01T10:00:00.000Z",
		} as const;
		await world.recomputes.saveRun({ ...killed, version: (run?.version ?? 0) + 1, leasedUntil });
		expect(await world.recompute()).toEqual(IDLE);
		world.pass(600);
		expect(await world.recompute()).toMatchObject({ kind: "done" });
	});
});

describe("a segment with an alarm on its volume", () => {
	const alarm = { above: 2, changePercent: 50 };
	const told = async () => (await world.outbox()).filter(({ detailType }) => detailType === "SegmentVolumeChanged");

	it("tells the bus once that it is too large, and keeps each size in its history", async () => {
		const many = aSegment("many", bought(1), { alarm });
		await world.apply(GOLD, many);
		for (const user of ["ada", "bob", "cy"]) await buy(user, 1);
		world.pass(20);
		await world.recompute();
		expect((await told()).map(({ detail }) => segmentVolumeChanged.parse(detail))).toEqual([
			{ version: 1, segmentId: "many", segmentVersion: 1, at: world.now().toISOString(), size: 3, reasons: ["above"] },
		]);
		world.pass(24 * 60 * 60);
		await world.recompute();
		expect(await told()).toHaveLength(1);
		expect((await world.recomputes.sizes("many", 10)).map(({ size, version }) => [size, version])).toEqual([
			[3, 1],
			[3, 1],
		]);
		expect(world.metrics.filter((one) => "SegmentVolumeAlarms" in one)).toEqual([{ SegmentVolumeAlarms: 1 }]);
		expect(world.metrics.filter(({ RecomputeScannedBytes: read = 0 }) => read > 0)).not.toEqual([]);
		expect(world.log.lines.filter(({ level }) => level === "warn")).toMatchObject([
			{ fields: { segmentId: "many", size: 3, reasons: ["above"] } },
		]);
	});
});

describe("a segment that looks at other users of an account", () => {
	it("has the members that SQL finds at each run, and is not moved by events", async () => {
		const colleagues = aSegment("colleagues", {
			account: { users: "any", meet: { trait: "tier", is: { op: "eq", value: "gold" } } },
		});
		await world.apply(GOLD, colleagues);
		for (const user of ["ada", "bob", "cy"]) {
			await world.send({ user, type: "group", event: "", groupId: user === "cy" ? "alone" : "acme" });
		}
		await world.send({ user: "ada", type: "identify", event: "", traits: { tier: "gold" } });
		expect(await world.membersOf("colleagues")).toEqual([]);
		world.pass(20);
		await world.recompute();
		expect(await world.membersOf("colleagues")).toEqual([seedOf("ada"), seedOf("bob")].sort());

		await world.send({ user: "ada", type: "identify", event: "", traits: { tier: "none" } });
		expect(await world.membersOf("colleagues")).toHaveLength(2);
		world.pass(24 * 60 * 60);
		await world.recompute();
		expect(await world.membersOf("colleagues")).toEqual([]);
		const rows = (await world.rowsOf("bob")).filter(({ segmentId }) => segmentId === "colleagues");
		expect(rows.map(({ version, cause }) => [version, cause.kind])).toEqual([[2, "recompute"]]);
	});
});

describe("a segment with a window", () => {
	it("lets its members go by the clock, without an event or a recompute, two minutes late at most", async () => {
		await world.apply(aSegment("recent", bought(2, { within: "60m" })));
		await buy("ada", 1);
		world.pass(20 * 60);
		await buy("ada", 1);
		expect(await causes("ada")).toEqual([["entered", 1, "event"]]);
		const seen = [];
		for (let minute = 21; minute <= 70; minute++) {
			world.pass(60);
			await world.tick();
			seen.push((await world.membersOf("recent")).length);
		}
		// the first of the two leaves the window after an hour and, by stretches of five minutes, five more at most
		const left = 21 + seen.indexOf(0);
		expect(left).toBeGreaterThanOrEqual(60);
		expect(left).toBeLessThanOrEqual(66 + 2);
		const [row] = await world.rowsOf("ada");
		expect(row).toMatchObject({ state: "exited", version: 2, cause: { kind: "time", leaf: "when" } });
	});
});

describe("whenever a segment is applied, and whenever events are archived and folded", () => {
	it("in the end those are in it whom the archive shows to belong", async () => {
		type Sent = { user: string; total: number; waits: number; isFoldedLate: boolean };
		const sent: fc.Arbitrary<Sent> = fc.record({
			user: fc.constantFrom("ada", "bob", "cy"),
			total: fc.constantFrom(10, 60),
			waits: fc.constantFrom(0, 3, 30),
			isFoldedLate: fc.boolean(),
		});
		const where = [{ path: "properties.total", is: { op: "gte", value: 50 } }];
		const wanted = [GOLD, aSegment("few", { none: [bought(2, { where })] }), aSegment("many", bought(2, { where }))];
		const run = async (before: Sent[], after: Sent[]) => {
			const here = await openWorld();
			try {
				await here.apply(GOLD);
				const late = [];
				for (const [i, { user, total, waits, isFoldedLate }] of [...before, ...after].entries()) {
					if (i === before.length) await here.apply(...wanted);
					const event = here.anEvent({ user, event: "Ordered", properties: { total } });
					await here.store(event);
					if (isFoldedLate) late.push(event);
					else await here.fold(event);
					here.pass(waits);
				}
				if (after.length === 0) await here.apply(...wanted);
				here.pass(UNTIL_COVERED);
				await here.recompute();
				for (const event of late) await here.fold(event);
				here.pass(24 * 60 * 60);
				await here.recompute();

				const all = [...before, ...after];
				const people = [...new Set(all.map(({ user }) => user))];
				const isMany = (user: string) => all.filter((each) => each.user === user && each.total >= 50).length >= 2;
				const ids = (of: string[]) => of.map(seedOf).sort();
				expect(await here.membersOf("many")).toEqual(ids(people.filter(isMany)));
				expect(await here.membersOf("few")).toEqual(ids(people.filter((user) => !isMany(user))));
			} finally {
				await here.close();
			}
		};
		await fc.assert(fc.asyncProperty(fc.array(sent, { maxLength: 6 }), fc.array(sent, { maxLength: 6 }), run), {
			numRuns: 15,
		});
	}, 60_000);
});
