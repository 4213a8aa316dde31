import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import { type Cluster, clusters } from "#domain/unify/clusters.ts";
import { rankingOf } from "#domain/unify/ranking.ts";
import { anEvidence, evidence, LOYAL, nodeId, shuffled } from "#test/support/identity.ts";

const named = (found: Cluster[]) => found.map(({ members }) => members.join(" ")).sort();
const minutes = (text: string) => `2026-01-01T${text}:00.000Z`;

describe("clusters", () => {
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
			fc.property(anEvidence, fc.infiniteStream(fc.nat()), (seen, random) => {
				const again = { nodes: shuffled(seen.nodes, random), edges: shuffled(seen.edges, random) };
				expect(named(clusters(again, LOYAL))).toEqual(named(clusters(seen, LOYAL)));
			}),
		);
	});

	it("never puts two values of a unique namespace into one person", () => {
		const { isUnique } = rankingOf(LOYAL);
		const people = fc.sample(anEvidence, 200).flatMap((seen) => clusters(seen, LOYAL));
		expect(people.some(({ members }) => members.length > 3)).toBe(true);
		for (const { members } of people) {
			const namespaces = members.map((id) => nodeId(id).namespace).filter(isUnique);
			expect(namespaces).toEqual([...new Set(namespaces)]);
		}
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
		);
	});

	it("does not reshuffle anybody when the rules learn a new namespace", () => {
		const identifiers = LOYAL.identifiers.toSpliced(2, 0, { namespace: "phone", unique: false, blocked: [] });
		fc.assert(
			fc.property(anEvidence, (seen) => {
				const people = (rules: IdentityRules) => clusters(seen, rules).map(({ frontier, ...cluster }) => cluster);
				expect(people({ ...LOYAL, identifiers })).toEqual(people(LOYAL));
			}),
		);
	});
});
