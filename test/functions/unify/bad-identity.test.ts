import { afterEach, describe, expect, it } from "vitest";
import { itemIdentityHealth } from "#adapters/items/identity-health.ts";
import { violationFound } from "#contracts/bus/violation-found.ts";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { minutes, withMaxPeers } from "../../../bench/identity/scenarios.ts";
import { aWorld, type Cost, type World } from "../../../bench/identity/world.ts";
import { anEvent, type Pass } from "./pass.ts";

const worlds: World[] = [];
function open(identity: IdentityRules = DEFAULT_IDENTITY): { world: World; pass: Pass } {
	const world = aWorld({ identity });
	worlds.push(world);
	return { world, pass: world.start() };
}
afterEach(() => {
	for (const world of worlds.splice(0)) world.close();
});

/** People may have several user ids: then an alias says that one took the place of another. */
const SEVERAL_USER_IDS: IdentityRules = {
	...DEFAULT_IDENTITY,
	identifiers: DEFAULT_IDENTITY.identifiers.map((one) =>
		one.namespace === "user_id" ? { ...one, unique: false } : one,
	),
};

const alias = (previousId: string, userId: string): CollectedEvent => anEvent({ type: "alias", previousId, userId });

const violationsTold = ({ told }: Pass) =>
	told
		.filter(({ detailType }) => detailType === "ViolationFound")
		.flatMap(({ detail }) => violationFound.parse(detail).violations.map(({ kind }) => kind));

/** What an event of somebody costs who has nothing to do with it all. */
async function costOfAnother(world: World, from: number): Promise<Pick<Cost, "writeUnits" | "readUnits">> {
	const events = (at: number) => minutes(1, () => ({ userId: "other", anonymousId: "others-phone" }), at);
	await world.send(events(from));
	const { writeUnits, readUnits } = await world.cost(events(from + 1));
	return { writeUnits, readUnits };
}

/** A worker that remembers what it read may read less. */
function expectNoMore(after: Awaited<ReturnType<typeof costOfAnother>>, before: typeof after): void {
	expect(after.writeUnits).toBe(before.writeUnits);
	expect(after.readUnits).toBeLessThanOrEqual(before.readUnits);
}

/** What the report of identity lists as hubs. */
async function hubsIn({ memory }: World): Promise<SeedId[]> {
	const health = itemIdentityHealth({ items: memory });
	const hubs: SeedId[] = [];
	for (let cursor: string | undefined = "0:"; cursor !== undefined; ) {
		const page: Awaited<ReturnType<typeof health.list>> = await health.list("hub", { cursor });
		hubs.push(...page.ids);
		cursor = page.cursor;
	}
	return hubs;
}

describe("aliases that go round", () => {
	it("make one person of all ids in the circle, whichever comes first, and cost no more for coming again", async () => {
		const { world, pass } = open(SEVERAL_USER_IDS);
		const circle = [alias("a", "b"), alias("b", "c"), alias("c", "a")];
		await world.send(circle, { worker: pass });
		const again = await world.cost([...circle.toReversed(), alias("a", "b")], { worker: pass });
		expect(again.writeUnitsOf).toEqual({ F: 1 }); // the one with a new messageId is counted
		expect(again.transactions).toBe(0);
		const ids = world.memory.all().filter(({ sk }) => sk === "NODE");
		expect(ids).toHaveLength(3);
		const live = world.memory.all().filter(({ pk, sk, into }) => pk.startsWith("C#") && sk === "META" && !into);
		expect(live).toMatchObject([{ members: { length: 3 } }]);
	});
});

describe("an alias to itself", () => {
	it("says nothing of who is who, and is told as a violation", async () => {
		const { world, pass } = open();
		await world.send([anEvent({ userId: "ada" })], { worker: pass });
		const cost = await world.cost([alias("ada", "ada"), alias(" ada ", "ada")], { worker: pass });
		expect(cost.writeUnitsOf).toEqual({ F: 2 });
		expect(violationsTold(pass)).toEqual(["alias_to_itself", "alias_to_itself"]);
	});
});

describe("an identifier of 10 KB", () => {
	const long = "x".repeat(10 * 1024);

	it("is left out and told as a violation; the event counts for the others", async () => {
		const { world, pass } = open();
		const cost = await world.cost([anEvent({ userId: "ada", anonymousId: long })], { worker: pass });
		expect(cost.writeUnitsOf).toEqual({ N: 1, F: 1 });
		expect(cost.writeUnits).toBe(2);
		expect(violationsTold(pass)).toEqual(["identifier_too_long"]);
	});

	it("alone sets the event aside, with a reason", async () => {
		const { world, pass } = open();
		await world.send([anEvent({ anonymousId: long })], { worker: pass });
		expect(world.memory.all()).toMatchObject([{ held: { reason: "no_usable_identifier" } }]);
	});
});

describe("a group with a thousand members", () => {
	it("costs the last one what it cost the hundredth, and others nothing more", async () => {
		const { world, pass } = open();
		const before = await costOfAnother(world, 0);
		const members = (count: number, from: number) =>
			minutes(
				count,
				(n) => ({ type: "group", groupId: "acme", userId: `member-${from + n}`, traits: { plan: "team" } }),
				10 + from,
			);
		await world.send(members(99, 0), { worker: pass });
		const bill = ({ writeUnits, readUnits, largestTransaction }: Cost) => ({
			writeUnits,
			readUnits,
			largestTransaction,
		});
		const hundredth = await world.cost(members(1, 99), { worker: pass });
		await world.send(members(899, 100), { worker: pass, anEnvelopeOf: 20 });
		const last = await world.cost(members(1, 999), { worker: pass });
		expect(bill(last)).toEqual(bill(hundredth));
		expectNoMore(await costOfAnother(world, 2000), before);
		expect(world.memory.all().filter(({ pk, sk }) => pk.startsWith("C#") && sk === "META")).toHaveLength(1); // the other
	});
});

describe("a till whose device id a thousand customers share", () => {
	it("costs the last one what it cost the hundredth, and others nothing more", async () => {
		const { world, pass } = open(withMaxPeers(50));
		const before = await costOfAnother(world, 0);
		const customers = (count: number, from: number) =>
			minutes(count, (n) => ({ userId: `customer-${from + n}`, anonymousId: "till" }), 10 + from);
		await world.send(customers(99, 0), { worker: pass });
		const hundredth = await world.cost(customers(1, 99), { worker: pass });
		await world.send(customers(899, 100), { worker: pass });
		const last = await world.cost(customers(1, 999), { worker: pass });
		expect(last).toEqual(hundredth);
		expectNoMore(await costOfAnother(world, 2000), before);
		expect(await hubsIn(world)).toEqual([pass.vault.seedId({ namespace: "anonymous_id", value: "till" })]);
	});
});
