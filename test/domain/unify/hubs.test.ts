import { describe, expect, it } from "vitest";
import type { Item } from "#adapters/items/item-store.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import type { ProfilesSplit } from "#contracts/bus/profiles-merged.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { waitingWith } from "#domain/unify/unsettled.ts";
import { nodeId, type Seen, STRICT } from "#test/support/identity.ts";
import {
	anIdentityWorld,
	decisionOf,
	type IdentityWorld,
	namesOf,
	peopleBy,
	peopleIn,
} from "#test/support/identity-world.ts";

/** Kinds as the short names spell them; otherwise as where a workspace says nothing. */
const RULES: IdentityRules = {
	...DEFAULT_IDENTITY,
	identifiers: DEFAULT_IDENTITY.identifiers.filter(({ namespace }) => /user_id|email|anonymous_id/.test(namespace)),
};

const seen = (minute: number, ...names: string[]): Seen => ({ names, at: new Date(minute * 60_000).toISOString() });

/** What one event cost: items read and written, and whether anything was written at an identifier. */
async function costOf(world: IdentityWorld, event: Seen, watched: string) {
	const at = () => JSON.stringify(world.items.all().filter(({ pk }) => pk.endsWith(`#${watched}`)));
	const before = at();
	Object.assign(world.items.counts, { reads: 0, writes: 0 });
	await world.take([event]);
	const { reads, writes } = world.items.counts;
	return { reads, writes, isTouched: at() !== before };
}

const slow = { timeout: 300_000 };

describe("a hub", () => {
	it("is nobody's from its 501st peer on, and costs the next ones the same, however many", slow, async () => {
		const world = anIdentityWorld({ rules: RULES });
		const crowd = Array.from({ length: 501 }, (_, i) => seen(i, `u:${i + 1}`, "a:cafe"));
		for (const one of crowd.slice(0, 500)) await world.take([one]);
		expect(await peopleIn(world, ["a:cafe"])).toMatchObject({ "a:cafe": { id: "u:1", with: ["a:cafe", "u:1"] } });
		await world.take(crowd.slice(500));
		expect(await peopleIn(world, ["a:cafe", "u:1", "u:501"])).toEqual({
			"a:cafe": { id: "a:cafe", with: ["a:cafe"], contested: false },
			"u:1": { id: "u:1", with: ["u:1"], contested: false },
			"u:501": { id: "u:501", with: ["u:501"], contested: false },
		});
		expect(await world.health.list("hub", { cursor: "0:" })).toMatchObject({ cursor: "1:" });
		expect(await allIn(world, "hub")).toEqual(["a:cafe"]);

		await world.take([seen(599, "u:599", "a:cafe")]); // this one has still to learn that it is a hub
		const next = await costOf(world, seen(600, "u:600", "a:cafe"), "a:cafe");
		for (let i = 601; i < 900; i++) await world.take([seen(i, `u:${i}`, "a:cafe")]);
		const last = await costOf(world, seen(900, "u:900", "a:cafe"), "a:cafe");
		expect(next).toMatchObject({ isTouched: false, writes: 2 });
		expect(last).toEqual(next);
		expect(last.reads).toBeLessThanOrEqual(9);
		const before = world.items.counts.writes;
		await world.take([seen(900, "u:900", "a:cafe")]);
		expect(world.items.counts.writes).toBe(before);
	});

	it("gives back everybody whom it made one, in steps that each fit into a transaction", slow, async () => {
		const world = anIdentityWorld({ rules: RULES });
		const guests = Array.from({ length: 501 }, (_, i) => seen(i, "e:shop", `a:${i + 1}`));
		for (const one of guests.slice(0, 499)) await world.take([one]);
		expect(await peopleIn(world, ["e:shop"])).toMatchObject({ "e:shop": { with: { length: 500 } } });
		await world.take([seen(600, "e:gina", "a:7")]);
		for (const one of guests.slice(499)) await world.take([one]);
		const all = [...guests, seen(600, "e:gina", "a:7")];
		const expected = peopleBy(world, all, { rules: RULES });
		expect(await peopleIn(world, Object.keys(expected))).toEqual(expected);
		expect(expected["a:7"]).toMatchObject({ id: "e:gina", with: ["a:7", "e:gina"] });
		expect(world.items.counts.largest).toBeLessThanOrEqual(12);
		expect(world.saturated.length).toBeGreaterThan(0);
		expect(await allIn(world, "saturated")).toEqual([]);
	});
});

describe("a change of many steps", () => {
	const guests = Array.from({ length: 499 }, (_, i) => seen(i, "e:shop", `a:${i + 1}`));

	it(
		"has nobody wait for long who blocks what joined five hundred, reads each once, and can be taken back",
		slow,
		async () => {
			const world = anIdentityWorld({ rules: RULES });
			for (const one of guests) await world.take([one]);
			Object.assign(world.items.counts, { reads: 0, writes: 0 });
			const begun = performance.now();
			const outcome = await world.decide({ kind: "block", identifier: nodeId("e:shop") });
			expect(performance.now() - begun).toBeLessThan(10_000);
			expect(outcome.kind === "done" && outcome.profiles.length).toBe(500);
			expect(world.items.counts.reads).toBeLessThan(5_000);
			const parted = await peopleIn(world, ["e:shop", "a:1", "a:499"]);
			expect(Object.values(parted).map((one) => one.with?.length)).toEqual([1, 1, 1]);
			await world.decide({ kind: "unblock", identifier: nodeId("e:shop") });
			expect(await peopleIn(world, ["a:1"])).toMatchObject({ "a:1": { with: { length: 500 } } });
		},
	);

	it(
		"names everybody who must be brought in line from where the pass looks: from the event's own cluster",
		slow,
		async () => {
			const world = anIdentityWorld({ rules: RULES });
			const crowd = Array.from({ length: 501 }, (_, i) => seen(i, `u:${i + 1}`, "a:cafe"));
			const houses = Array.from({ length: 60 }, (_, i) => seen(i, "a:cafe", `e:${i + 1}`));
			for (const one of [...houses, ...crowd.slice(0, 440)]) await world.take([one]);
			const before = await peopleIn(world, ["a:cafe"]);
			const [last] = crowd.slice(440);
			await world.take(last ? [last] : []);
			const moved = before["a:cafe"]?.with?.filter((id) => id !== before["a:cafe"]?.id) ?? [];
			expect(moved.length).toBeGreaterThan(50);
			const place = (await findPlaces(["u:441" as SeedId], world.stored)).get("u:441" as SeedId);
			const waiting = await waitingWith(place?.record ? [place.record] : [], world.resolving);
			expect(waiting.live).toEqual(expect.arrayContaining(moved));
			expect(waiting.records.length).toBeGreaterThan(1);
			for (const record of waiting.records) await world.stored.settle(record);
			const later = await world.stored.records(waiting.records.map(({ id }) => id));
			expect(later.flatMap(({ unsettled }) => unsettled)).toEqual([]);
		},
	);
});

describe("two who are contested and full, and named anew by the same event", () => {
	it("are written in transactions of at most twelve items, the names first", async () => {
		const limits = { maxMembers: 3 };
		const world = anIdentityWorld({ rules: STRICT, limits });
		const said = [
			{ kind: "allow", a: "u:3", b: "l:1" },
			{ kind: "allow", a: "c:1", b: "c:3" },
		] as const;
		for (const wish of said) await world.decide(decisionOf(wish));
		const both = seen(0, "u:3", "c:3");
		await world.take([both]);
		expect(world.items.counts.largest).toBeLessThanOrEqual(12);
		const expected = peopleBy(world, [both], { rules: STRICT, limits });
		expect(expected["c:1"]).toMatchObject({ id: "c:3", contested: true });
		expect(await peopleIn(world, Object.keys(expected))).toEqual(expected);
	});
});

/** Thirty visitors of a shop's address, where one more makes it a hub, and a worker that can be let die before a write. */
async function aShopWithOneTooMany() {
	const faults = { after: Number.POSITIVE_INFINITY };
	const world = anIdentityWorld({
		rules: { ...RULES, identifiers: RULES.identifiers.map((type) => ({ ...type, maxPeers: 30 })) },
		around: (graph) => ({
			...graph,
			async apply(change) {
				if (faults.after-- === 0) throw new Error("dies before the next write");
				return graph.apply(change);
			},
		}),
	});
	const guests = Array.from({ length: 31 }, (_, i) => seen(i, "e:shop", `a:${i + 1}`));
	for (const one of guests.slice(0, 30)) await world.take([one]);
	return { world, faults, guests, tooMany: guests.slice(30) };
}

describe("a change that was left halfway", () => {
	it.each([1, 2, 3, 5, 9, 10])(
		"is gone on with when its event comes again: it died after write %i",
		slow,
		async (last) => {
			const { world, faults, guests, tooMany } = await aShopWithOneTooMany();
			faults.after = last;
			await expect(world.take(tooMany)).rejects.toThrow("dies before the next write");
			await world.aWorker()(tooMany);
			await world.resolve("e:shop"); // as the pass does with whoever an event is about
			const names = namesOf(guests);
			expect(await peopleIn(world, names)).toEqual(
				Object.fromEntries(names.toSorted().map((name) => [name, { id: name, with: [name], contested: false }])),
			);
			expect(world.items.counts.largest).toBeLessThanOrEqual(12);
			expect(toldBy(world, names)).toEqual(Object.fromEntries(names.map((name) => [name, name])));
		},
	);

	it.each([1, 3, 9])(
		"tells as its cause what began it, whoever goes on with it: it died after write %i",
		slow,
		async (last) => {
			const { world, faults, guests, tooMany } = await aShopWithOneTooMany();
			const known = world.items.all().filter(({ sk }) => sk.startsWith("J#")).length;
			faults.after = last;
			await expect(world.take(tooMany)).rejects.toThrow("dies before the next write");
			faults.after = Number.POSITIVE_INFINITY;
			await world.resolve("e:shop");
			for (const name of namesOf(guests)) await world.resolve(name);
			expect(await peopleIn(world, ["a:1", "e:shop"])).toMatchObject({ "a:1": { with: ["a:1"] } });
			const told = world.items.all().flatMap(({ sk, cause }) => (sk.startsWith("J#") && cause ? [cause] : []));
			expect(told.length).toBeGreaterThan(known + 3);
			const [hub] = tooMany;
			expect(told.slice(-5)).toEqual(
				told.slice(-5).map(() => ({ kind: "event", messageId: JSON.stringify(hub), source: "web" })),
			);
			expect(told.map((cause) => (cause as { kind: string }).kind)).not.toContain("rules");
			expect(world.items.all().filter(({ begun }) => begun !== undefined)).toEqual([]);
		},
	);

	it("stays marked while events come that know a part of it only", async () => {
		let dies = false;
		const limits = { maxMembers: 3, maxWrites: 14 };
		const world = anIdentityWorld({
			...{ rules: STRICT, limits },
			around: (graph) => ({
				...graph,
				async apply(change) {
					const answer = await graph.apply(change);
					if (dies) throw new Error("dies after the write");
					return answer;
				},
			}),
		});
		const all = [
			seen(0, "l:1", "c:1", "e:2"),
			seen(1, "l:1", "e:1"),
			seen(0, "u:1", "l:1", "t:1"),
			seen(0, "l:1", "c:1", "t:1"),
		];
		for (const one of all.slice(0, 2)) await world.take([one]);
		await world.decide(decisionOf({ kind: "allow", a: "t:1", b: "c:2" }));
		dies = true;
		for (const one of all.slice(2)) await expect(world.take([one])).rejects.toThrow("dies after the write");
		dies = false;
		const expected = peopleBy(world, all, { rules: STRICT, limits });
		for (const name of Object.keys(expected)) await world.resolve(name);
		expect(await peopleIn(world, ["c:1", "e:2", "l:1"])).toMatchObject({
			"c:1": { id: "c:1" },
			"e:2": { id: "e:2" },
			"l:1": { id: "l:1", with: ["l:1"] },
		});
	});
});

describe("evidence that two bring at once", () => {
	it("is counted once, though one of them read the one row before and the other after", async () => {
		let torn = false;
		const world = anIdentityWorld({
			rules: RULES,
			around: (graph) => ({
				...graph,
				look: async (asked) => {
					const found = await graph.look(asked);
					return torn ? { ...found, edges: [] } : found;
				},
				apply: (change) => {
					torn = false;
					return graph.apply(change);
				},
			}),
		});
		await world.take([seen(1, "u:1", "a:1")]);
		torn = true;
		await world.aWorker()([seen(1, "u:1", "a:1")]);
		expect(world.count.refusals).toBe(1);
		const { nodes } = await world.stored.look({ nodes: ["a:1" as SeedId], edges: [] });
		expect(nodes).toMatchObject([{ degree: 1 }]);
	});
});

/** Where each is by what the bus is told of profiles that became several, in the order of its times; no time is told twice of one. */
function toldBy({ items }: IdentityWorld, names: readonly string[]): Record<string, string> {
	const told = items.all().flatMap((item) => {
		if (!item.pk.startsWith("OUT#ProfilesSplit")) return [];
		return [outboxEntry(item as Item & { entry: string }).detail as ProfilesSplit];
	});
	expect(new Set(told.map(({ from, at }) => `${from} ${at}`)).size).toBe(told.length);
	const at = new Map<string, string>(names.map((name) => [name, "e:shop"]));
	at.set(names.at(-1) ?? "", names.at(-1) ?? ""); // with whom it became a hub
	for (const { parts, from } of told.toSorted((x, y) => (x.at < y.at ? -1 : 1))) {
		for (const { profileId, seedIds } of parts) {
			expect(seedIds.every((id) => at.get(id) === from)).toBe(true);
			for (const id of seedIds) at.set(id, profileId);
		}
	}
	return Object.fromEntries(at);
}

/** Every id of one of the report's lists, shard after shard. */
async function allIn(world: IdentityWorld, kind: "hub" | "saturated" | "contested") {
	const ids: string[] = [];
	let cursor: string | undefined = "0:";
	while (cursor !== undefined) {
		const page: Awaited<ReturnType<typeof world.health.list>> = await world.health.list(kind, { cursor, limit: 7 });
		ids.push(...page.ids);
		cursor = page.cursor;
	}
	return ids.sort();
}
