import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import { takeTurns } from "#test/support/memory-item-store.ts";
import { aroundEach } from "../../functions/unify/faulty-store.ts";
import { MINUTE, person, tickWorld } from "./tick-world.ts";

const ADA = person(1);
const BOB = person(2);
const NOTHING = { looked: 0, transitions: 0, failed: 0, behindSeconds: 0 };

type World = ReturnType<typeof tickWorld>;

const news = ({ real }: World) =>
	real
		.all()
		.filter(({ pk }) => pk.startsWith("OUT#"))
		.map((item) => segmentChanged.parse(outboxEntry(item as unknown as { entry: string }).detail));
const dueRows = ({ real }: World) => real.all().filter(({ pk }) => pk.startsWith("DUE#"));

describe("the tick", () => {
	it("lets somebody leave when time has come, not before, and says that it was time, and by which condition", async () => {
		const world = tickWorld();
		await world.act(ADA);
		world.pass(10 * MINUTE - 1);
		expect(await world.tick()).toEqual(NOTHING);
		world.pass(1);
		expect(await world.tick()).toEqual({ ...NOTHING, looked: 1, transitions: 1 });
		expect(await world.isMember(ADA)).toBe(false);
		expect(news(world).at(-1)).toMatchObject({ membershipVersion: 2, cause: { kind: "time", leaf: "when.all.0" } });
		expect(dueRows(world)).toEqual([]);
		expect(await world.tick()).toEqual(NOTHING);
	});

	it("looks in vain at whom an event has kept in, and plans the next look", async () => {
		const world = tickWorld();
		await world.act(ADA);
		world.pass(6 * MINUTE);
		const before = world.real.counts.writes;
		await world.act(ADA);
		expect(world.real.counts.writes).toBe(before); // the moment only moved further away
		world.pass(4 * MINUTE);
		expect(await world.tick()).toEqual({ ...NOTHING, looked: 1 });
		expect(await world.isMember(ADA)).toBe(true);
		world.pass(6 * MINUTE);
		expect(await world.tick()).toEqual({ ...NOTHING, looked: 1, transitions: 1 });
	});

	it("reads the shards of the last minutes when nobody is due, and writes one row", async () => {
		const world = tickWorld();
		await world.tick();
		world.pass(MINUTE);
		const { reads, writes } = { ...world.real.counts };
		await world.tick();
		expect(world.real.counts.writes - writes).toBe(1);
		expect(world.real.counts.reads - reads).toBeLessThanOrEqual(1 + 16 * 5);
	});

	it("goes on where it left off when nobody ran it for hours", async () => {
		const world = tickWorld();
		await world.act(ADA);
		await world.tick();
		world.pass(300 * MINUTE);
		expect(await world.tick()).toMatchObject({ looked: 1, transitions: 1, behindSeconds: 0 });
	});

	it.each([12, 3 * 24 * 60])(
		"begins when the oldest segment was applied when it runs for the first time, %i minutes after",
		async (minutes) => {
			const world = tickWorld();
			await world.act(ADA);
			world.pass(minutes * MINUTE);
			expect(await world.tick()).toMatchObject({ looked: 1, transitions: 1 });
		},
	);

	it("stops when its time is over, says how far it is behind, and the next one comes to the rest", async () => {
		let pass = (_ms: number) => {};
		const slow = (items: ItemStore): ItemStore => ({
			...items,
			delete: async (...of) => {
				pass(1000);
				return items.delete(...of);
			},
		});
		const world = tickWorld({ wrap: slow });
		for (let n = 0; n < 600; n++) await world.act(person(n));
		await world.tick();
		world.pass(11 * MINUTE);
		pass = world.pass;
		expect(await world.tick()).toEqual({ looked: 256, transitions: 256, failed: 0, behindSeconds: 60 });
		expect((await world.looks.progress())?.lookedUpTo).toBe("2026-03-01T10:00:00.000Z");
		pass = () => {};
		expect(await world.tick()).toMatchObject({ looked: 344, transitions: 344, behindSeconds: 0 });
		expect((await world.looks.progress())?.lookedUpTo).toBe(new Date(world.now()).toISOString());
	});

	it("puts off whom it could not look at, longer each time, and comes to the others", async () => {
		let isBroken = true;
		const broken = (items: ItemStore): ItemStore => ({
			...items,
			transact: (writes) =>
				isBroken && JSON.stringify(writes).includes(ADA) && JSON.stringify(writes).includes('"exited"')
					? Promise.reject(new Error("away"))
					: items.transact(writes),
		});
		const world = tickWorld({ wrap: broken });
		for (const id of [ADA, BOB]) await world.act(id);
		world.pass(10 * MINUTE);
		expect(await world.tick()).toEqual({ looked: 2, transitions: 1, failed: 1, behindSeconds: 0 });
		expect(world.failures).toEqual([ADA]);
		world.pass(MINUTE);
		expect(await world.tick()).toMatchObject({ looked: 1, failed: 1 });
		world.pass(MINUTE);
		isBroken = false;
		expect(await world.tick()).toMatchObject({ looked: 0 });
		world.pass(MINUTE);
		expect(await world.tick()).toMatchObject({ looked: 1, transitions: 1 });
		expect(dueRows(world)).toEqual([]);
	});
});

describe("whoever writes a look down late", () => {
	it("is heard when the minute is over, but read again", async () => {
		const world = tickWorld();
		await world.tick();
		const slowly = async (id: typeof ADA, at: number) => {
			world.pass(11.5 * MINUTE); // the writer hangs, others go on
			await world.tick();
			await world.memberships.planLook(id, at);
		};
		await world.act(ADA, { memberships: { ...world.memberships, planLook: slowly } });
		expect(await world.isMember(ADA)).toBe(true);
		world.pass(0.5 * MINUTE);
		expect(await world.tick()).toMatchObject({ looked: 1, transitions: 1 });
	});

	it("looks again himself when that is over too", async () => {
		const world = tickWorld();
		const slowly = async (id: typeof ADA, at: number) => {
			world.pass(13 * MINUTE);
			await world.memberships.planLook(id, at);
		};
		await world.act(ADA, { memberships: { ...world.memberships, planLook: slowly } });
		expect(await world.isMember(ADA)).toBe(false);
	});
});

/** What may happen in a minute: some people do something. */
const minutes = fc.array(fc.array(fc.record({ who: fc.constantFrom(1, 2, 3), second: fc.nat(59) }), { maxLength: 3 }), {
	minLength: 12,
	maxLength: 40,
});

const expectEachOnce = (world: World) => {
	const ids = news(world).map(({ transitionId }) => transitionId);
	expect(ids).toEqual([...new Set(ids)]);
};

/** At the end of a minute everybody is where he should be, but for what was due in the last two. */
async function expectInTime(world: World): Promise<void> {
	world.pass(-2 * MINUTE);
	const before = [1, 2, 3].map((n) => world.isRecent(person(n)));
	world.pass(2 * MINUTE);
	for (const [i, wasRecent] of before.entries()) {
		const id = person(i + 1);
		const [is, should] = [await world.isMember(id), world.isRecent(id)];
		if (should) expect(is).toBe(true);
		else if (!wasRecent) expect(is).toBe(false);
	}
}

describe("whatever happens", () => {
	it("each person is in it exactly as long as he should be, two minutes at most apart, with every call once the last", async () => {
		await fc.assert(
			fc.asyncProperty(minutes, fc.nat(300), fc.boolean(), async (all, every, isAfter) => {
				let [calls, faults] = [0, 0];
				const world = tickWorld({
					wrap: (items) =>
						aroundEach(items, async (_, call) => {
							// the store is away at each so manyth call, before or after it did its work, until that was enough
							if (++calls % (every + 40) !== 0 || ++faults > 25) return call();
							if (isAfter) await call();
							throw new Error("away");
						}),
				});
				const untilDone = async (work: () => Promise<unknown>) => {
					for (let tries = 0; tries < 30; tries++) {
						const isDone = await work().then(
							() => true,
							() => false,
						);
						if (isDone) return;
					}
					throw new Error("never done");
				};
				for (const acts of all) {
					let second = 0;
					for (const act of acts.toSorted((x, y) => x.second - y.second)) {
						world.pass((act.second - second) * 1000);
						second = act.second;
						await untilDone(() => world.act(person(act.who)));
					}
					world.pass((60 - second) * 1000);
					await untilDone(() => world.tick());
					await untilDone(() => world.tick());
					if (world.failures.length === 0) await expectInTime(world);
				}
				world.pass(15 * MINUTE);
				for (let i = 0; i < 5; i++) {
					await untilDone(() => world.tick());
					world.pass(3 * MINUTE);
				}
				for (const n of [1, 2, 3]) expect(await world.isMember(person(n))).toBe(false);
				expectEachOnce(world);
			}),
			{ numRuns: 60 },
		);
	}, 60_000);

	it("ticks and events that meet do everything once, and nobody stays in for ever", async () => {
		await fc.assert(
			fc.asyncProperty(minutes, fc.infiniteStream(fc.nat(3)), async (all, random) => {
				const world = tickWorld({
					wrap: (items) =>
						aroundEach(items, async (_, call) => {
							for (let turns = random.next().value as number; turns > 0; turns--) await takeTurns();
							return call();
						}),
				});
				for (const acts of all) {
					const work = [...acts.map(({ who }) => world.act(person(who))), world.tick(), world.tick()];
					const failed = (await Promise.allSettled(work)).filter(({ status }) => status === "rejected");
					expect(failed).toEqual([]);
					world.pass(MINUTE);
				}
				for (let i = 0; i < 12; i++) {
					await Promise.all([world.tick(), world.tick()]);
					world.pass(MINUTE);
				}
				for (const n of [1, 2, 3]) expect(await world.isMember(person(n))).toBe(false);
				expectEachOnce(world);
			}),
			{ numRuns: 40 },
		);
	}, 60_000);
});
