import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";
import { anEvent } from "./pass.ts";
import { aRulesWorld } from "./rules-world.ts";

/** Each takes a few events through the whole pass. */
const RUNS = Math.ceil(lawRuns() / 5);
const slow = lawTime(RUNS, 2000);

type Type = Partial<IdentityRules["identifiers"][number]>;
const rules = (of: { user?: Type; email?: Type; anonymous?: Type } = {}): IdentityRules => ({
	id: "identity",
	identifiers: [
		{ namespace: "user_id", unique: true, blocked: [], ...of.user },
		{ namespace: "email", unique: false, blocked: [], ...of.email },
		{ namespace: "anonymous_id", unique: false, blocked: [], ...of.anonymous },
	],
});
const [strong, weak, middle] = rules().identifiers as [Required<IdentityRules>["identifiers"][0], never, never];

/** Rules as people change them: each is a change from each other. */
const RULES: { readonly [name: string]: IdentityRules } = {
	"as they come": rules(),
	"an address blocked": rules({ email: { blocked: ["e-1@x.de"] } }),
	"e-mail unique": rules({ email: { unique: true } }),
	"user ids not unique": rules({ user: { unique: false } }),
	"two devices at most": rules({ anonymous: { max: 2 } }),
	"shared devices nobody's": rules({ anonymous: { onShared: "isolate" } }),
	"hubs from two on": rules({ anonymous: { maxPeers: 1 }, email: { maxPeers: 2 } }),
	"the order turned": { id: "identity", identifiers: [strong, middle, weak] },
};

const BUYERS: Segment = { id: "buyers", when: { event: "Order Completed", where: [], atLeast: 2 } };

const order = (who: Partial<CollectedEvent> & { at?: string }) => anEvent({ event: "Order Completed", ...who });
const mail = (email: string) => ({ context: { traits: { email } } });

const anOrder = fc
	.record({
		user: fc.option(fc.constantFrom("u-1", "u-2", "u-3")),
		device: fc.option(fc.constantFrom("a-1", "a-2", "a-3", "a-4")),
		email: fc.option(fc.constantFrom("e-1@x.de", "e-2@x.de")),
		minute: fc.integer({ min: 10, max: 59 }),
	})
	.filter(({ user, device }) => user !== null || device !== null)
	.map(({ user, device, email, minute }) =>
		order({
			at: `2026-01-30T12:${minute}:00.000Z`,
			...(user && { userId: user }),
			...(device && { anonymousId: device }),
			...(email && mail(email)),
		}),
	);

const aRule = fc.constantFrom(...Object.keys(RULES));
const named = (name: string): IdentityRules => RULES[name] ?? rules();

describe("a change of the identity rules", () => {
	it(
		"ends with everybody as the definition wants it under the new rules, and in the right segments",
		slow,
		async () => {
			await fc.assert(
				fc.asyncProperty(fc.array(anOrder, { minLength: 1, maxLength: 14 }), aRule, aRule, async (events, from, to) => {
					const world = aRulesWorld(named(from), [BUYERS]);
					await world.take(events);
					await world.sweep();
					world.apply(named(to));
					const swept = await world.sweep();
					expect(swept).toMatchObject({ kind: "done", rules: 2, tooLarge: 0 });

					const { is, shallBe } = await world.people();
					expect(is).toEqual(shallBe);
					expect(await membersOf(world)).toEqual(await buyersIn(world));
					expect(await world.sweep()).toEqual({ kind: "idle" });
					world.close();
				}),
				{ numRuns: RUNS },
			);
		},
	);

	it("ends the same when events come all the while", slow, async () => {
		const events = fc.array(anOrder, { minLength: 1, maxLength: 10 });
		await fc.assert(
			fc.asyncProperty(events, events, aRule, aRule, async (before, meanwhile, from, to) => {
				const world = aRulesWorld(named(from), [BUYERS]);
				await world.take(before);
				world.apply(named(to));
				await Promise.all([world.sweep(), world.take(meanwhile)]);
				const { is, shallBe } = await world.people();
				expect(is).toEqual(shallBe);
				expect(await membersOf(world)).toEqual(await buyersIn(world));
				world.close();
			}),
			{ numRuns: RUNS },
		);
	});

	it("keeps nobody waiting who is seen twice with a device that is a hub by the new rules, and not found to be one yet", async () => {
		const world = aRulesWorld(named("shared devices nobody's"), [BUYERS]);
		await world.take(["u-1", "u-2"].map((userId) => order({ userId, anonymousId: "a-4" })));
		world.apply(named("hubs from two on"));
		await world.take(["u-3", "u-3"].map((userId) => order({ userId, anonymousId: "a-4" })));
		expect(await membersOf(world)).toEqual(await buyersIn(world));
		await world.sweep();
		const { is, shallBe } = await world.people();
		expect(is).toEqual(shallBe);
		expect([...(await world.counts()).values()]).toContain(2);
		world.close();
	});

	it("takes apart whom a value held together that is blocked now, tells so once, and lets them leave the segment", async () => {
		const world = aRulesWorld(named("as they come"), [BUYERS]);
		const sign = (anonymousId: string) => anEvent({ type: "identify", anonymousId, ...mail("e-1@x.de") });
		await world.take([order({ anonymousId: "a-1" }), order({ anonymousId: "a-2" }), sign("a-1"), sign("a-2")]);
		expect(await membersOf(world)).toHaveLength(1);
		const before = new Set(world.outbox().map(({ pk }) => pk));
		world.apply(named("an address blocked"));
		expect(await world.sweep()).toMatchObject({ kind: "done", written: 1 });
		const told = world
			.outbox()
			.flatMap(({ pk, entry }) => (before.has(pk) ? [] : [JSON.parse(String(entry)).detailType]));
		expect(told.toSorted()).toEqual(["IdentityChanged", "ProfilesSplit", "SegmentExited"]);
		expect(await membersOf(world)).toEqual([]);
		world.close();
	});

	it("goes on after it died in the middle: who is who stands, whose segments were not in line yet come in line", async () => {
		const world = aRulesWorld(named("as they come"), [BUYERS]);
		await world.take([
			order({ userId: "u-1", anonymousId: "a-1", at: "2026-01-30T12:00:00.000Z" }),
			order({ userId: "u-2", anonymousId: "a-2", ...mail("e-2@x.de"), at: "2026-01-30T12:01:00.000Z" }),
			order({ userId: "u-3", ...mail("e-2@x.de"), at: "2026-01-30T12:02:00.000Z" }),
		]);
		world.apply(named("user ids not unique"));
		const { change } = world.memberships;
		world.memberships.change = () => Promise.reject(new Error("the store is away"));
		await expect(world.sweep()).rejects.toThrow("the store is away");
		expect(await membersOf(world)).not.toEqual(await buyersIn(world));
		world.memberships.change = change;
		expect(await world.sweep()).toMatchObject({ kind: "done" });
		const { is, shallBe } = await world.people();
		expect(is).toEqual(shallBe);
		expect(await membersOf(world)).toEqual(await buyersIn(world));
		world.close();
	});

	it("says how many it looked at and what it did, and nothing of whom", async () => {
		const world = aRulesWorld(named("as they come"));
		await world.take([order({ userId: "u-1", ...mail("ada@x.de") })]);
		await world.sweep();
		const [line, ...others] = world.log.lines;
		expect(others).toEqual([]);
		expect(line).toMatchObject({
			message: "identities were resolved again",
			fields: { kind: "done", looked: 1, written: 0, tooLarge: 0 },
		});
		expect(JSON.stringify(line)).not.toContain("ada");
		world.close();
	});
});

type World = ReturnType<typeof aRulesWorld>;

/** Who is in the segment, as the table has it. */
async function membersOf({ memberships, people }: World): Promise<SeedId[]> {
	const ids = [...(await people()).is.keys()];
	const rows = (await Promise.all(ids.map((id) => memberships.of(id)))).flat();
	return rows.flatMap(({ profileId, state }) => (state === "entered" ? [profileId] : [])).toSorted();
}

/** Who has ordered twice, counted by hand. */
async function buyersIn({ people, counts }: World): Promise<SeedId[]> {
	const { shallBe } = await people();
	const orders = new Map<SeedId, number>();
	for (const [seedId, count] of await counts()) {
		const profile = shallBe.get(seedId) ?? seedId;
		orders.set(profile, (orders.get(profile) ?? 0) + count);
	}
	return [...orders].flatMap(([profile, count]) => (count >= 2 ? [profile] : [])).toSorted();
}
