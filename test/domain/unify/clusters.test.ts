import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { type Cluster, clusters } from "#domain/unify/clusters.ts";
import {
	type Evidence,
	type EvidenceEdge,
	edgeKey,
	endsOf,
	laterSaid,
	NEVER,
	verdictOn,
} from "#domain/unify/evidence.ts";
import { rankingOf } from "#domain/unify/ranking.ts";
import { unusableIn } from "#domain/unify/usable.ts";
import { anEvidence, aStrictEvidence, evidence, LOYAL, nodeId, STRICT, shuffled } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

type Said = [string, string, "allow" | "deny" | "none"];

/** Evidence with verdicts on its edges; those that nobody saw are there because a person spoke of them. */
function stated({ nodes, edges }: Evidence, said: readonly Said[]): Evidence {
	const spoken = said.map(([x, y, says]): EvidenceEdge => {
		const ends = endsOf(x as SeedId, y as SeedId);
		const seen = edges.find((edge) => edgeKey(edge) === edgeKey(ends));
		return { ...(seen ?? { ...ends, firstSeen: NEVER }), verdict: { says, at: minutes("12:00"), id: "s" } };
	});
	const names = [...new Set(spoken.flatMap(({ a, b }) => [a, b]))].filter((id) =>
		nodes.every((node) => node.id !== id),
	);
	return {
		nodes: [...nodes, ...names.map((name) => ({ ...nodeId(name), firstSeen: NEVER }))],
		edges: [...edges.filter((edge) => spoken.every((one) => edgeKey(one) !== edgeKey(edge))), ...spoken],
	};
}

const limits = fc.constantFrom(3, 5, 500);
const named = (found: Cluster[]) => found.map(({ members }) => members.join(" ")).sort();
const minutes = (text: string) => `2026-01-01T${text}:00.000Z`;

const RUNS = lawRuns();

describe("clusters", lawTime(RUNS), () => {
	it.each<{ when: string; seen: [string, string, string][]; expected: string[] }>([
		{ when: "a guest signs up", seen: [["u:ada", "a:phone", "10:00"]], expected: ["a:phone u:ada"] },
		{
			when: "two people use one tablet, the one who was there first keeps it",
			seen: [
				["u:bob", "a:tablet", "11:00"],
				["u:ada", "a:tablet", "10:00"],
			],
			expected: ["a:tablet u:ada", "u:bob"],
		},
		{
			when: "an e-mail says one thing and a user id another, the user id is believed",
			seen: [
				["e:ada", "a:tablet", "09:00"],
				["u:ada", "e:ada", "09:30"],
				["u:bob", "a:tablet", "10:00"],
			],
			expected: ["a:tablet u:bob", "e:ada u:ada"],
		},
		{
			when: "two loyalty cards meet over a phone, they stay apart though nobody has a user id",
			seen: [
				["l:1", "a:phone", "10:00"],
				["l:2", "a:phone", "11:00"],
			],
			expected: ["a:phone l:1", "l:2"],
		},
		{
			when: "two loyalty cards meet over one user id, the second is left out",
			seen: [
				["u:ada", "l:1", "10:00"],
				["u:ada", "l:2", "09:00"],
				["l:1", "a:phone", "10:00"],
			],
			expected: ["a:phone l:1", "l:2 u:ada"],
		},
		{
			when: "somebody typed an address that is nobody's",
			seen: [
				["u:ada", "e:fake", "10:00"],
				["e:fake", "a:till", "10:00"],
			],
			expected: ["a:till", "e:fake", "u:ada"],
		},
	])("when $when", ({ seen, expected }) => {
		const edges = seen.map(([a, b, at]) => [a, b, minutes(at)] as const);
		expect(named(clusters(evidence(edges), LOYAL))).toEqual(expected);
	});

	it.each<{ when: string; seen: [string, string, string][]; said?: Said[]; maxMembers?: number; expected: string[] }>([
		{
			when: "a person has three cards and the rules allow two, the two seen first are his",
			seen: [
				["u:1", "c:1", "10:00"],
				["u:1", "c:2", "12:00"],
				["u:1", "c:3", "11:00"],
			],
			expected: ["c:1 c:3 u:1", "c:2"],
		},
		{
			when: "an address was seen with four people of whom the rules allow three, it is nobody's",
			seen: [
				["u:1", "e:1", "10:00"],
				["l:1", "e:1", "10:00"],
				["a:1", "e:1", "10:00"],
				["a:2", "e:1", "10:00"],
			],
			expected: ["a:1", "a:2", "e:1", "l:1", "u:1"],
		},
		{
			when: "two people use a tablet of which the rules say that it is nobody's then",
			seen: [
				["u:1", "t:1", "10:00"],
				["u:2", "t:1", "11:00"],
			],
			expected: ["t:1", "u:1", "u:2"],
		},
		{
			when: "a person denies what an event showed, and what they were seen with leads to both",
			seen: [
				["u:1", "e:1", "10:00"],
				["e:1", "a:1", "10:00"],
				["u:1", "a:1", "11:00"],
			],
			said: [["u:1", "a:1", "deny"]],
			expected: ["a:1", "e:1 u:1"],
		},
		{
			when: "a person allows the second owner, though the first came first",
			seen: [
				["u:1", "a:1", "10:00"],
				["u:2", "a:1", "11:00"],
			],
			said: [["a:1", "u:2", "allow"]],
			expected: ["a:1 u:2", "u:1"],
		},
		{
			when: "a person allows two user ids to be one, which the rules do not",
			seen: [["u:1", "a:1", "10:00"]],
			said: [["u:1", "u:2", "allow"]],
			expected: ["a:1 u:1", "u:2"],
		},
		{
			when: "a person took back what was said",
			seen: [["u:1", "a:1", "10:00"]],
			said: [["u:1", "a:1", "none"]],
			expected: ["a:1 u:1"],
		},
		{
			when: "nobody ever saw two together, and a person took back that they are one",
			seen: [["u:1", "a:1", "10:00"]],
			said: [["a:1", "a:2", "none"]],
			expected: ["a:1 u:1", "a:2"],
		},
		{
			when: "more identifiers come together than a cluster holds, those seen first are in",
			seen: [
				["u:1", "a:1", "10:00"],
				["u:1", "a:2", "12:00"],
				["u:1", "a:3", "11:00"],
			],
			maxMembers: 3,
			expected: ["a:1 a:3 u:1", "a:2"],
		},
	])("when $when", ({ seen, said = [], maxMembers = 500, expected }) => {
		const found = clusters(stated(evidence(seen.map(([a, b, at]) => [a, b, minutes(at)])), said), STRICT, {
			maxMembers,
		});
		expect(named(found)).toEqual(expected);
	});

	it("says who is full, and tells it from who merely may not have another", () => {
		const full = evidence([
			["u:1", "a:1", minutes("10:00")],
			["u:1", "a:2", minutes("11:00")],
			["u:2", "a:1", minutes("12:00")],
		]);
		const marks = clusters(full, STRICT, { maxMembers: 2 }).map((one) => [one.id, one.contested, one.saturated]);
		expect(marks.toSorted()).toEqual([
			["a:2", true, true],
			["u:1", true, true],
			["u:2", true, false],
		]);
	});

	it("blocks what a person blocked, until a later word", () => {
		const seen = evidence([["u:1", "e:1", minutes("10:00")]]);
		const say = (says: boolean, at: string) => ({ says, at: minutes(at), id: "s" });
		const people = (blocked: ReturnType<typeof say>) =>
			named(clusters({ ...seen, nodes: seen.nodes.map((node) => ({ ...node, blocked })) }, STRICT));
		expect(people(say(true, "10:00"))).toEqual(["e:1", "u:1"]);
		expect(people(say(false, "10:00"))).toEqual(["e:1 u:1"]);
		expect(laterSaid(say(true, "10:00"), say(false, "11:00"))).toEqual(say(false, "11:00"));
		expect(laterSaid(say(false, "11:00"), say(true, "10:00"))).toEqual(say(false, "11:00"));
		expect(laterSaid({ ...say(true, "10:00"), id: "z" }, say(false, "10:00"))?.says).toBe(true);
	});

	it("works its docstring's example", () => {
		const seen = evidence([
			["u:ada", "a:tablet", minutes("10:00")],
			["u:bob", "a:tablet", minutes("11:00")],
			["e:ada", "a:tablet", minutes("09:00")],
		]);
		const found = clusters(seen, LOYAL).map(({ id, members, contested }) => ({ id, members, contested }));
		expect(found.toSorted((x, y) => x.id.localeCompare(y.id))).toEqual([
			{ id: "u:ada", members: ["a:tablet", "e:ada", "u:ada"], contested: true },
			{ id: "u:bob", members: ["u:bob"], contested: true },
		]);
	});

	it("names a cluster for its strongest identifier, of equals for the one seen first", () => {
		const seen = evidence([
			["e:late", "a:x", minutes("12:00")],
			["e:early", "a:x", minutes("11:00")],
		]);
		expect(clusters(seen, LOYAL).map(({ id }) => id)).toEqual(["e:early"]);
	});

	it("answers the same whatever order the evidence is in", () => {
		fc.assert(
			fc.property(aStrictEvidence, fc.infiniteStream(fc.nat()), limits, (seen, random, maxMembers) => {
				const again = { nodes: shuffled(seen.nodes, random), edges: shuffled(seen.edges, random) };
				const inOrder = (found: Cluster[]) => found.toSorted((x, y) => (x.id < y.id ? -1 : 1));
				expect(inOrder(clusters(again, STRICT, { maxMembers }))).toEqual(
					inOrder(clusters(seen, STRICT, { maxMembers })),
				);
			}),
			{ numRuns: RUNS },
		);
	});

	it("never breaks a rule, nor what a person said", () => {
		const { isUnique, most } = rankingOf(STRICT);
		const met = { several: 0, cards: 0, denied: 0, full: 0 };
		for (const seen of fc.sample(aStrictEvidence, Math.max(1000, RUNS))) {
			const unusable = unusableIn(seen, rankingOf(STRICT));
			for (const { members } of clusters(seen, STRICT, { maxMembers: 4 })) {
				const namespaces = members.map((id) => nodeId(id).namespace);
				const counts = Map.groupBy(namespaces, (namespace) => namespace);
				expect(members.length).toBeLessThanOrEqual(4);
				for (const [namespace, all] of counts) expect(all.length).toBeLessThanOrEqual(most(namespace) ?? 4);
				expect(namespaces.filter(isUnique)).toHaveLength(new Set(namespaces.filter(isUnique)).size);
				if (members.length > 1) for (const id of members) expect(unusable.get(id)).toBeUndefined();
				const denied = seen.edges.filter((edge) => verdictOn(edge) === "deny");
				for (const { a, b } of denied) expect(members.includes(a) && members.includes(b)).toBe(false);
				met.several += Number(members.length > 2);
				met.full += Number(members.length === 4);
				met.cards += Number(namespaces.filter((namespace) => namespace === "card").length === 2);
				met.denied += denied.length;
			}
		}
		for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(10);
	});

	it("leaves nothing apart that could be together: whoever is contested has a reason", () => {
		fc.assert(
			fc.property(anEvidence, (seen) => {
				const found = clusters(seen, LOYAL);
				const of = new Map(found.flatMap((cluster) => cluster.members.map((id) => [id, cluster] as const)));
				const usable = seen.edges.filter(({ a, b }) => a !== "e:fake" && b !== "e:fake");
				for (const { a, b } of usable) {
					if (of.get(a) === of.get(b)) continue;
					const namespaces = [a, b].flatMap((id) => Object.keys(of.get(id)?.unique ?? {}));
					expect(namespaces.length).toBeGreaterThan(new Set(namespaces).size);
				}
			}),
			{ numRuns: RUNS },
		);
	});

	it("does not reshuffle anybody when the rules learn a new namespace", () => {
		const identifiers = LOYAL.identifiers.toSpliced(2, 0, { namespace: "phone", unique: false, blocked: [] });
		fc.assert(
			fc.property(anEvidence, (seen) => {
				const people = (rules: IdentityRules) => clusters(seen, rules).map(({ frontier, ...cluster }) => cluster);
				expect(people({ ...LOYAL, identifiers })).toEqual(people(LOYAL));
			}),
			{ numRuns: RUNS },
		);
	});
});
