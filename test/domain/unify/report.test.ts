import { describe, expect, it } from "vitest";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { evidenceMemory } from "#domain/unify/evidence-memory.ts";
import { linkStars } from "#domain/unify/link-stars.ts";
import { figuresOf, verdictOf } from "#domain/unify/report-figures.ts";
import { samplePeople } from "#domain/unify/report-sample.ts";
import { gatherStars } from "#domain/unify/star.ts";
import { identified, LOYAL, openVault } from "#test/support/identity.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const people = (namespace: string, counts: readonly number[]) =>
	counts.map((count) => Array.from({ length: count }, () => namespace));

describe("figuresOf", () => {
	it("counts the values a person has of a namespace, over those who have one", () => {
		expect(figuresOf([["user_id", "email", "email"], ["user_id"], ["email", "email", "email", "email"]])).toEqual([
			{ namespace: "email", people: 2, average: 3, p50: 2, p99: 4, max: 4, shareWithMore: 1, verdict: "acceptable" },
			{ namespace: "user_id", people: 2, average: 1, p50: 1, p99: 1, max: 1, shareWithMore: 0, verdict: "ideal" },
		]);
	});

	it("keeps one odd person out of p99 and in max", () => {
		const counts = [...Array.from({ length: 199 }, () => 1), 300];
		expect(figuresOf(people("email", counts))).toMatchObject([{ p50: 1, p99: 1, max: 300, shareWithMore: 0.005 }]);
	});

	it.each([
		{ average: 1, verdict: "ideal" },
		{ average: 1.99, verdict: "ideal" },
		{ average: 2, verdict: "acceptable" },
		{ average: 5, verdict: "acceptable" },
		{ average: 5.01, verdict: "many" },
		{ average: 10, verdict: "reconsider" },
	])("calls $average values a person $verdict", ({ average, verdict }) => {
		expect(verdictOf(average)).toBe(verdict);
	});

	it("says nothing of nobody", () => {
		expect(figuresOf([])).toEqual([]);
	});
});

describe("samplePeople", () => {
	it("takes each person once, by his own id, however many of his identifiers are among those asked for", async () => {
		const now = () => new Date("2026-01-02T00:00:00Z");
		const graph = itemIdentityGraph({ items: memoryItemStore(), vault: openVault, now });
		const events = [["u:ada", "a:phone"], ["u:ada", "a:tablet"], ["u:bob", "e:bob"], ["a:guest"]].map((names, i) =>
			identified({ names, at: `2026-01-01T10:0${i}:00.000Z` }, `m-${i}`),
		);
		const memory = evidenceMemory({ now });
		await linkStars(gatherStars(events), {
			graph,
			memory,
			rules: LOYAL,
			now,
			pause: async () => {},
			onSaturated: () => {},
		});
		const ids = ["a:guest", "a:phone", "a:tablet", "a:unseen", "e:bob", "u:ada"] as SeedId[];
		const sample = await samplePeople(ids, graph);
		expect(sample).toMatchObject({ identifiers: 4, isWhole: true });
		expect(sample.people.map((namespaces) => namespaces.toSorted())).toEqual(
			expect.arrayContaining([["anonymous_id"], ["anonymous_id", "anonymous_id", "user_id"]]),
		);
		expect(sample.people).toHaveLength(2);
	});
});
