import { describe, expect, it } from "vitest";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { Limits } from "#domain/unify/ranking.ts";
import type { Seen } from "#test/support/identity.ts";
import { anIdentityWorld, type IdentityWorld, namesOf, peopleIn } from "#test/support/identity-world.ts";

/** Kinds as the short names spell them; otherwise as where a workspace says nothing. */
const RULES: IdentityRules = {
	...DEFAULT_IDENTITY,
	identifiers: DEFAULT_IDENTITY.identifiers.filter(({ namespace }) => /user_id|email|anonymous_id/.test(namespace)),
};
const slow = { timeout: 120_000 };
/** More than the store takes at once, and than one would write down pair by pair. */
const DEVICES = 70;

const seen = (minute: number, ...names: string[]): Seen => ({ names, at: new Date(minute * 60_000).toISOString() });
const devicesOf = (who: string): string[] => Array.from({ length: DEVICES }, (_, i) => `a:${who}-${i + 1}`);
const households: Seen[] = ["one", "two"].flatMap((who) => devicesOf(who).map((name, i) => seen(i, `e:${who}`, name)));

/** Two households that one sign-in made one person, and what he did on all of their devices since. */
async function aWrongMerge(around?: Parameters<typeof anIdentityWorld>[0]["around"], limits: Limits = {}) {
	const world = anIdentityWorld({ rules: RULES, limits, ...(around && { around }) });
	for (const one of households) await world.take([one]);
	const before = await peopleIn(world, namesOf(households));
	await world.take([seen(100, "u:1", "e:one", "e:two")]);
	const [entry] = await world.journalOf("u:1");
	for (const [i, name] of [...devicesOf("one"), ...devicesOf("two")].entries())
		await world.take([seen(200 + i, "u:1", name)]);
	for (const [i, name] of devicesOf("two").entries()) await world.take([seen(400 + i, "e:one", name)]);
	const undo = () => world.decide({ kind: "undo", journalId: entry?.journalId ?? "" });
	return { world, before, undo, together: await peopleIn(world, [...namesOf(households), "u:1"]) };
}

const peopleOf = (world: IdentityWorld) => peopleIn(world, namesOf(households));
/** Who is with whom, without what else is said of them. */
const withWhom = (people: Awaited<ReturnType<typeof peopleOf>>) =>
	Object.fromEntries(Object.entries(people).map(([name, person]) => [name, person.with]));

describe("to undo a merge across which much was seen since", () => {
	it("gives everybody back, in transactions of a few items, and reads what hangs together once", slow, async () => {
		const { world, before, undo, together } = await aWrongMerge();
		expect(together["a:one-1"]?.with).toHaveLength(2 * DEVICES + 3);
		Object.assign(world.items.counts, { reads: 0, largest: 0 });
		const outcome = await undo();
		expect(outcome).toMatchObject({ kind: "done" });
		expect(withWhom(await peopleOf(world))).toEqual(withWhom(before));
		expect(await peopleIn(world, ["u:1"])).toMatchObject({ "u:1": { with: ["u:1"] } });
		expect(world.items.counts.largest).toBeLessThanOrEqual(12);
		expect(world.items.counts.reads).toBeLessThan(10_000);
		expect(await undo()).toEqual({ kind: "without_effect", reason: "it was undone already" });

		const [said = ""] = outcome.kind === "done" ? outcome.journalIds : [];
		expect(await world.decide({ kind: "undo", journalId: said })).toMatchObject({ kind: "done" });
		expect(withWhom(await peopleIn(world, [...namesOf(households), "u:1"]))).toEqual(withWhom(together));
	});

	it.each([0, 1, 20, 50, 53, 54])(
		"goes on when it is asked for again after it died before write %i",
		slow,
		async (last) => {
			let left = Number.POSITIVE_INFINITY;
			const { world, before, undo } = await aWrongMerge((graph) => ({
				...graph,
				async apply(change) {
					if (left-- === 0) throw new Error("dies before the next write");
					return graph.apply(change);
				},
			}));
			left = last;
			await expect(undo()).rejects.toThrow("dies before the next write");
			await undo();
			await world.resolve("u:1"); // as the answer does with whoever a decision is about
			for (const name of namesOf(households)) await world.resolve(name);
			expect(withWhom(await peopleOf(world))).toEqual(withWhom(before));
			expect(await undo()).toEqual({ kind: "without_effect", reason: "it was undone already" });
		},
	);

	it("is refused before anything is said where a profile would be kept apart from too many", slow, async () => {
		const { world, undo } = await aWrongMerge(undefined, { maxDenied: DEVICES });
		const stored = world.items.all();
		expect(await undo()).toMatchObject({ kind: "without_effect", reason: expect.stringMatching(/70 others.*block/) });
		expect(world.items.all()).toEqual(stored);
	});
});
