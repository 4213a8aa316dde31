import { beforeEach, describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import type { Decision, DecisionOutcome } from "#domain/unify/decision.ts";
import { NEVER } from "#domain/unify/evidence.ts";
import { findPlaces, readProfile } from "#domain/unify/read-profile.ts";
import { nodeId, type Seen, STRICT } from "#test/support/identity.ts";
import { anIdentityWorld, type IdentityWorld } from "#test/support/identity-world.ts";

let world: IdentityWorld;
beforeEach(() => {
	world = anIdentityWorld({ rules: STRICT });
});

const seen = (time: string, ...names: string[]): Seen => ({ names, at: `2026-01-01T${time}:00.000Z` });
const pair = (kind: "allow" | "deny", a: string, b: string): Decision => ({ kind, a: nodeId(a), b: nodeId(b) });
const one = (kind: "block" | "unblock", name: string): Decision => ({ kind, identifier: nodeId(name) });
const undo = (journalId = ""): Decision => ({ kind: "undo", journalId });

/** The clusters of more than one, and lone ones with a record or a node. */
async function people(): Promise<string[]> {
	const names = [...new Set(world.items.all().flatMap(({ pk, sk }) => (sk === "NODE" ? [pk.slice(2)] : [])))];
	const places = await findPlaces(names as SeedId[], world.stored);
	return [...new Set([...places.values()].map(({ members }) => members.join(" ")))].sort();
}

/** Decides, and expects it to be done; answers the ids of what can be undone. */
async function done(decision: Decision): Promise<readonly string[]> {
	const outcome: DecisionOutcome = await world.decide(decision);
	if (outcome.kind !== "done") throw new Error(`${outcome.kind}: ${"reason" in outcome ? outcome.reason : ""}`);
	return outcome.journalIds;
}

const reasonOf = async (decision: Decision): Promise<string | undefined> => {
	const outcome = await world.decide(decision);
	return outcome.kind === "without_effect" ? outcome.reason : undefined;
};

describe("decideIdentity", () => {
	it("parts what a person denies, and answers who became what", async () => {
		await world.take([seen("10:00", "u:1", "a:1")]);
		expect(await world.decide(pair("deny", "u:1", "a:1"))).toEqual({
			kind: "done",
			journalIds: [expect.stringMatching(/^u:1\.\d+$/)],
			merged: [],
			split: [{ from: "u:1", into: ["a:1", "u:1"] }],
			profiles: expect.arrayContaining(["a:1", "u:1"]),
		});
		expect(await people()).toEqual(["a:1", "u:1"]);
	});

	it("keeps a denied pair apart by whatever way they would come together", async () => {
		await world.take([seen("10:00", "u:1", "a:1")]);
		await done(pair("deny", "u:1", "a:1"));
		await world.take([seen("11:00", "u:1", "a:1"), seen("12:00", "u:1", "e:1"), seen("13:00", "e:1", "a:1")]);
		expect(await people()).toEqual(["a:1", "e:1 u:1"]);
	});

	it("joins what a person allows, before all that events say", async () => {
		await world.take([seen("10:00", "u:1", "a:1"), seen("11:00", "u:2", "a:1")]);
		await done(pair("allow", "a:1", "u:2"));
		expect(await people()).toEqual(["a:1 u:2", "u:1"]);
	});

	it("lets nobody join through what a person blocked, and gives all back when it is unblocked", async () => {
		await world.take([seen("10:00", "u:1", "e:1"), seen("11:00", "e:1", "a:1")]);
		expect(await people()).toEqual(["a:1 e:1 u:1"]);
		await done(one("block", "e:1"));
		expect(await people()).toEqual(["a:1", "e:1", "u:1"]);
		expect(world.items.all().filter(({ pk }) => pk === "BLK")).toMatchObject([{ sk: "e:1" }]);
		await done(one("unblock", "e:1"));
		expect(await people()).toEqual(["a:1 e:1 u:1"]);
		expect(world.items.all().filter(({ pk }) => pk === "BLK")).toEqual([]);
	});

	it("holds for identifiers that nobody has seen yet, and shows none of them", async () => {
		await done(pair("deny", "u:1", "a:1"));
		await done(one("block", "e:1"));
		await done(pair("allow", "u:2", "a:2"));
		expect((await world.stored.look({ nodes: ["u:1" as SeedId], edges: [] })).nodes[0]?.firstSeen).toBe(NEVER);
		const reading = { graph: world.stored, fragments: { load: async () => [] } };
		expect(await readProfile("u:1" as SeedId, reading)).toBeUndefined();
		await world.take([seen("10:00", "u:1", "a:1"), seen("10:00", "u:1", "e:1"), seen("10:00", "u:2")]);
		expect(await people()).toEqual(["a:1", "a:2 u:2", "e:1", "u:1"]);
		expect(await readProfile("a:2" as SeedId, reading)).toMatchObject({ identifiers: [{ value: "2" }], aliases: [] });
	});

	it.each<{ when: string; events: Seen[]; first?: Decision; decision: Decision; reason: RegExp }>([
		{
			when: "two user ids are allowed to be one",
			events: [],
			decision: pair("allow", "u:1", "u:2"),
			reason: /of which a person has but one/,
		},
		{
			when: "a third card is allowed",
			events: [],
			first: pair("allow", "c:1", "c:2"),
			decision: pair("allow", "c:2", "c:3"),
			reason: /more of one identifier than the rules allow/,
		},
		{ when: "one is denied to be itself", events: [], decision: pair("deny", "u:1", "u:1"), reason: /itself/ },
		{
			when: "it was said already",
			events: [],
			first: pair("deny", "u:1", "a:1"),
			decision: pair("deny", "a:1", "u:1"),
			reason: /already/,
		},
		{
			when: "it is blocked already",
			events: [],
			first: one("block", "a:1"),
			decision: one("block", "a:1"),
			reason: /already/,
		},
		{ when: "the rules block it", events: [], decision: one("block", "e:fake"), reason: /rules block/ },
		{ when: "nobody blocked it", events: [], decision: one("unblock", "a:1"), reason: /nobody blocked/ },
		{
			when: "a blocked one is allowed",
			events: [],
			first: one("block", "a:1"),
			decision: pair("allow", "u:1", "a:1"),
			reason: /blocked/,
		},
		{
			when: "a hub is allowed",
			events: ["u:1", "u:2", "u:3", "l:1"].map((name) => seen("10:00", name, "e:1")),
			decision: pair("allow", "u:1", "e:1"),
			reason: /too many others/,
		},
		{
			when: "a tablet of two people is allowed to one",
			events: [seen("10:00", "u:1", "t:1"), seen("10:00", "u:2", "t:1")],
			decision: pair("allow", "u:1", "t:1"),
			reason: /several people/,
		},
	])(
		"says why it would be without effect when $when, and keeps nothing",
		async ({ events, first, decision, reason }) => {
			await world.take(events);
			if (first) await world.decide(first);
			const before = world.items.all();
			const said = await reasonOf(decision);
			expect(said).toMatch(reason);
			expect(world.items.all()).toEqual(before);
		},
	);

	it("keeps a profile apart from so many others at most", async () => {
		world = anIdentityWorld({ rules: STRICT, limits: { maxDenied: 3 } });
		for (let i = 1; i <= 3; i++) await done(pair("deny", "u:1", `a:${i}`));
		expect(await reasonOf(pair("deny", "u:1", "a:4"))).toMatch(/3 others at most: block/);
	});

	it("undoes a merge, and keeps what became one apart from then on", async () => {
		await world.take([seen("10:00", "u:1", "a:1"), seen("10:00", "e:1", "a:2")]);
		await world.take([seen("11:00", "u:1", "e:1")]);
		expect(await people()).toEqual(["a:1 a:2 e:1 u:1"]);
		const [entry] = await world.journalOf("u:1");
		const [undone] = await done(undo(entry?.journalId));
		expect(await people()).toEqual(["a:1 u:1", "a:2 e:1"]);
		await world.take([seen("12:00", "u:1", "e:1", "a:1"), seen("13:00", "e:1", "a:1")]);
		expect(await people()).toEqual(["a:1 u:1", "a:2 e:1"]);
		expect(await reasonOf(undo(entry?.journalId))).toMatch(/already/);
		await done(undo(undone));
		expect(await people()).toEqual(["a:1 a:2 e:1 u:1"]);
	});

	it("undoes that a guest became somebody: what was new parts from what was known", async () => {
		await world.take([seen("10:00", "a:1")]);
		await world.take([seen("11:00", "u:1", "e:1", "a:1")]);
		const [entry] = await world.journalOf("u:1");
		await done(undo(entry?.journalId));
		expect(await people()).toEqual(["a:1", "e:1 u:1"]);
	});

	it("undoes the merge by an event that says two things of which only one can be", async () => {
		await world.take([seen("10:00", "u:1", "t:2"), seen("10:00", "c:1", "a:1"), seen("10:00", "u:3", "e:1")]);
		const before = await people();
		await world.take([seen("11:00", "c:1", "e:1", "t:2")]);
		const [entry] = await world.journalOf("c:1");
		expect(await people()).toEqual(["a:1 c:1 e:1 u:3", "t:2 u:1"]);
		await done(undo(entry?.journalId));
		expect(await people()).toEqual(before);
	});

	it.each([0, 1])(
		"undoes all that a wide event made one by any of its entries, and that again by any of its own: %i",
		async (which) => {
			const wide = ["u:1", "e:1", "a:1", "a:2", "a:3", "a:4", "a:5"];
			await world.take(wide.slice(1).map((name, i) => seen("10:00", name, `t:${i + 1}`)));
			const before = await people();
			await world.take([seen("11:00", ...wide)]);
			const together = await people();
			expect(together).toEqual([[...wide, ...wide.slice(1).map((_, i) => `t:${i + 1}`)].toSorted().join(" ")]);
			const entries = await world.journalOf("u:1");
			expect(entries.length).toBeGreaterThan(1);
			const undone = await done(undo(entries[which]?.journalId));
			expect(undone.length).toBeGreaterThan(1);
			expect(await people()).toEqual([...before, "u:1"].toSorted());
			await done(undo(undone[which]));
			expect(await people()).toEqual(together);
			expect(world.items.counts.largest).toBeLessThanOrEqual(12);
		},
	);

	it.each<{ what: string; decision: Decision }>([
		{ what: "a denial", decision: pair("deny", "u:1", "a:1") },
		{ what: "an allowance", decision: pair("allow", "a:1", "u:2") },
		{ what: "a block", decision: one("block", "a:1") },
	])("undoes $what, once", async ({ decision }) => {
		await world.take([seen("10:00", "u:1", "a:1"), seen("11:00", "u:2", "a:1")]);
		const before = await people();
		const [journalId] = await done(decision);
		expect(await people()).not.toEqual(before);
		await done(undo(journalId));
		expect(await people()).toEqual(before);
		expect(await reasonOf(undo(journalId))).toMatch(/undone already/);
	});

	it("knows no entry that is not there, and undoes no split", async () => {
		expect(await world.decide(undo("u:1.7"))).toEqual({ kind: "unknown" });
		expect(await world.decide(undo("nonsense"))).toEqual({ kind: "unknown" });
		for (const name of ["u:1", "l:1", "a:1", "a:2"]) await world.take([seen("10:00", name, "e:1")]);
		expect(await people()).toHaveLength(5);
		const [entry] = await world.journalOf("u:1");
		expect(await reasonOf(undo(entry?.journalId))).toMatch(/only a merge or a decision/);
	});

	it("leaves in the journal who decided what, and why, whether or not anybody became another", async () => {
		await world.decide(pair("deny", "u:1", "a:1"), { by: "ada@shop", reason: "two sisters" });
		const [entry] = await world.journalOf("u:1");
		expect(entry).toMatchObject({
			cause: { kind: "decision", decision: "deny", by: "ada@shop", reason: "two sisters", about: ["u:1", "a:1"] },
			edges: [{ a: "a:1", b: "u:1", firstSeen: NEVER, verdict: { says: "deny" } }],
			from: [],
			to: [],
		});
		expect(await world.journal.entry(entry?.journalId ?? "")).toEqual(entry);
	});
});
