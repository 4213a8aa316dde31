import { describe, expect, it } from "vitest";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemIdentityHealth } from "#adapters/items/identity-health.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { keys } from "#adapters/items/keys.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { ClusterRecord, HealthKind, IdentityChange, KnownNode } from "#domain/unify/ports.ts";
import { openVault } from "#test/support/identity.ts";
import { openStore } from "./open-store.ts";

const now = () => new Date("2026-01-02T00:00:00.000Z");

/** All that a record and a node can say. */
const record: ClusterRecord = {
	id: "u:ada" as ProfileId,
	version: 1,
	members: ["a:1", "u:ada"] as SeedId[],
	root: { namespace: "user_id", firstSeen: "2026-01-01T00:00:00.000Z" },
	unique: { user_id: "u:ada" as SeedId },
	counts: { card: 2 },
	denied: ["e:x" as SeedId],
	contested: true,
	saturated: true,
	inexact: true,
	pending: true,
	frontier: "1 000 2026-01-01T00:00:00.000Z a:1 u:ada",
	rules: 7,
	lineage: [{ profileId: "a:1" as ProfileId, mergedAt: "2026-01-02T00:00:00.000Z", messageId: "m-1" }],
	changedAt: "2026-01-02T00:00:00.000Z",
	moved: { ["a:2" as SeedId]: "u:bob" as ProfileId },
	unsettled: ["a:1" as ProfileId],
};
const node: KnownNode = {
	...{ id: "a:1" as SeedId, namespace: "anonymous_id", value: "1", firstSeen: "2026-01-01T00:00:00.000Z" },
	...{ lastSeen: "2026-01-01", sources: ["till", "web"], home: "u:ada" as ProfileId },
	...{ degree: 3, hub: true, shared: true, normaliser: "text@v1" },
	blocked: { says: true, at: "2026-01-01T00:00:00.000Z", id: "s-1" },
};
const change = (parts: Partial<IdentityChange>): IdentityChange => ({
	cause: { kind: "event", messageId: "m-1", source: "web" },
	at: now().toISOString(),
	...{ nodes: [], edges: [], records: [], unchanged: [], health: [], hubs: new Set() },
	...parts,
});
const edge = (a: string, b: string) => ({
	...{ a: a as SeedId, b: b as SeedId, firstSeen: "2026-01-01T00:00:00.000Z", messageId: "m-1", source: "web" },
	verdict: { says: "allow" as const, at: "2026-01-01T00:00:00.000Z", id: "s-2" },
});

function open(items: ItemStore = openStore(now)) {
	const graph = itemIdentityGraph({ items, vault: openVault, now });
	return { items, graph, journal: itemIdentityJournal({ items }), health: itemIdentityHealth({ items }) };
}

describe("the identity graph", () => {
	it("gives back all that was written of a cluster, an identifier and an edge", async () => {
		const { graph } = open();
		await graph.apply(change({ nodes: [{ node }], records: [record], edges: [edge("a:1", "u:ada")] }));
		expect(await graph.records([record.id])).toEqual([record]);
		const { nodes, edges } = await graph.look({ nodes: [node.id], edges: [edge("a:1", "u:ada")] });
		expect(nodes).toEqual([node]);
		expect(edges).toEqual([edge("a:1", "u:ada")]);
	});

	it("forgets of an identifier what is not so any more", async () => {
		const { graph } = open();
		await graph.apply(change({ nodes: [{ node }] }));
		const { shared, ...rest } = node;
		expect(await graph.apply(change({ nodes: [{ node: rest, before: node }] }))).toBe("written");
		expect((await graph.look({ nodes: [node.id], edges: [] })).nodes).toEqual([rest]);
	});

	it.each([
		{ what: "counted another peer", meanwhile: { degree: 4 } },
		{ what: "found it to be used by two", meanwhile: { shared: true } },
		{ what: "gave it a home", meanwhile: { home: "u:bob" } },
	])("refuses what was decided before somebody else $what", async ({ meanwhile }) => {
		const { graph, items } = open();
		const before = { id: node.id, namespace: "anonymous_id", value: "1", firstSeen: node.firstSeen };
		const plain: KnownNode = { ...before, lastSeen: "2026-01-01", sources: ["web"], degree: 3 };
		await graph.apply(change({ nodes: [{ node: plain }] }));
		await items.update(keys.node(node.id), { set: meanwhile });
		const more = change({ nodes: [{ node: { ...plain, degree: 4 }, before: plain }], edges: [edge("a:1", "u:ada")] });
		expect(await graph.apply(more)).toBe("refused");
	});

	it("keeps an edge at a hub at its other end only, and finds it there", async () => {
		const { graph, items } = open();
		await graph.apply(change({ edges: [edge("a:1", "u:ada")], hubs: new Set([node.id]) }));
		expect((await items.query({ pk: keys.node("a:1").pk })).items).toEqual([]);
		const asked = { a: "a:1" as SeedId, b: "u:ada" as SeedId };
		expect((await graph.look({ nodes: [], edges: [asked] })).edges).toEqual([]);
		expect((await graph.look({ nodes: [], edges: [{ ...asked, from: asked.b }] })).edges).toEqual([
			edge("a:1", "u:ada"),
		]);
	});
});

describe("the journal of identities", () => {
	const told = (version: number, to: readonly string[]): IdentityChange => {
		const parts = to.map((id) => ({ id: id as ProfileId, members: [id as SeedId], version }));
		return change({
			edges: [edge("a:1", "u:ada")],
			journal: { id: to[0] as ProfileId, version },
			structure: { from: [], to: parts, merged: [], split: [], moved: [] },
		});
	};

	it("has the latest entries of a cluster first, page by page, and each under its id", async () => {
		const { graph, journal } = open();
		for (const version of [1, 2, 10]) await graph.apply(told(version, ["u:ada"]));
		const first = await journal.entries("u:ada" as ProfileId, { limit: 2 });
		expect(first.entries.map(({ journalId }) => journalId)).toEqual(["u:ada.10", "u:ada.2"]);
		const { cursor = "" } = first;
		const rest = await journal.entries("u:ada" as ProfileId, { limit: 2, cursor });
		expect(rest.entries.map(({ journalId }) => journalId)).toEqual(["u:ada.1"]);
		expect(await journal.entry("u:ada.2")).toEqual(first.entries[1]);
		expect(first.entries[1]).toMatchObject({
			cause: { kind: "event", messageId: "m-1", source: "web" },
			edges: [{ a: "a:1", b: "u:ada", firstSeen: "2026-01-01T00:00:00.000Z", verdict: { says: "allow" } }],
			to: [{ id: "u:ada", members: ["u:ada"] }],
		});
	});

	it("tells of one change in all clusters that came out of it, under one id", async () => {
		const { graph, journal } = open();
		await graph.apply(told(3, ["u:ada", "u:bob"]));
		const [ada, bob] = await Promise.all(["u:ada", "u:bob"].map((id) => journal.entries(id as ProfileId)));
		expect(bob).toEqual(ada);
		expect(ada?.entries.map(({ journalId }) => journalId)).toEqual(["u:ada.3"]);
		expect(await journal.entry("u:bob.3")).toBeUndefined();
	});
});

describe("the health of identities", () => {
	const marked = (id: string, kind: HealthKind) => change({ health: [{ kind, id: id as SeedId, is: true }] });

	async function all({ health }: ReturnType<typeof open>, kind: HealthKind): Promise<string[]> {
		const ids: string[] = [];
		for (let cursor: string | undefined = ""; cursor !== undefined; ) {
			const page: Awaited<ReturnType<typeof health.list>> = await health.list(kind, {
				limit: 2,
				...(cursor && { cursor }),
			});
			ids.push(...page.ids);
			cursor = page.cursor;
		}
		return ids.sort();
	}

	it("lists who is what, over all shards and pages", async () => {
		const world = open();
		const ids = ["1a", "2a", "3a", "4b", "5c"];
		for (const id of ids) await world.graph.apply(marked(id, "hub"));
		for (const id of ids) {
			const hub: KnownNode = { ...node, id: id as SeedId };
			await world.graph.apply(change({ nodes: [{ node: hub }] }));
		}
		expect(await all(world, "hub")).toEqual(ids);
		expect(await all(world, "saturated")).toEqual([]);
	});

	it("leaves out, and forgets, who became part of another profile or is not so any more", async () => {
		const world = open();
		const records = [
			{ ...record, id: "1a" as ProfileId },
			{ ...record, id: "2a" as ProfileId, mergedInto: "1a" as ProfileId },
			{ ...record, id: "3a" as ProfileId, contested: false },
		];
		await world.graph.apply(change({ records }));
		for (const { id } of records) await world.graph.apply(marked(id, "contested"));
		expect(await all(world, "contested")).toEqual(["1a"]);
		expect((await world.items.query({ pk: keys.identityHealth("contested", "1a").pk })).items).toHaveLength(1);
		await world.graph.apply(change({ health: [{ kind: "contested", id: "1a" as SeedId, is: false }] }));
		expect(await all(world, "contested")).toEqual([]);
	});
});
