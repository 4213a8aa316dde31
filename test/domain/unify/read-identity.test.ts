import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import { edgeReader } from "#domain/unify/find-chain.ts";
import type { JournalEntry } from "#domain/unify/ports.ts";
import { readIdentity } from "#domain/unify/read-identity.ts";
import { graphOf } from "#test/support/graph-of.ts";
import { evidence, LOYAL } from "#test/support/identity.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
const seen = (...edges: (readonly [string, string])[]) => evidence(edges.map(([a, b], i) => [a, b, at(i)] as const));

const ENTRY: JournalEntry = {
	journalId: "u:ada.1",
	at: at(1),
	cause: { kind: "event", messageId: "m-1", source: "web" },
	edges: [],
	from: [],
	to: [{ id: "u:ada" as SeedId, members: ["a:phone", "u:ada"] as SeedId[] }],
};

function read(id: string, known: ReturnType<typeof seen>, page: { limit?: number; cursor?: string } = {}) {
	const graph = graphOf(known, LOYAL);
	const asked: unknown[] = [];
	const journal = {
		entries: async (...of: unknown[]) => {
			asked.push(of);
			return { entries: [ENTRY], cursor: "older" };
		},
	};
	const deps = { graph, journal, rules: LOYAL, edgesOf: edgeReader(graph) };
	const view = readIdentity(id as SeedId, { limit: 50, journal: { limit: 7 }, ...page }, deps);
	return { view, asked };
}

const SHARED = seen(["u:ada", "a:tablet"], ["u:ada", "a:phone"], ["u:bob", "a:tablet"]);

describe("readIdentity", () => {
	it("shows whose identifier it is, all identifiers, and each piece of evidence once", async () => {
		const view = await read("a:phone", SHARED).view;
		expect(view?.place).toMatchObject({ profileId: "u:ada", record: { contested: true } });
		expect(view?.identifiers.map(({ node, peers }) => [node.id, peers])).toEqual([
			["a:phone", 1],
			["a:tablet", 2],
			["u:ada", 2],
		]);
		expect(view?.links.map(({ a, b, whyNot }) => [a.id, b.id, whyNot?.code])).toEqual([
			["a:phone", "u:ada", undefined],
			["a:tablet", "u:ada", undefined],
			["a:tablet", "u:bob", "two_of_unique"],
		]);
		expect(view?.cursor).toBeUndefined();
	});

	it("goes through a large profile page by page, and shows no evidence twice", async () => {
		const known = seen(...Array.from({ length: 30 }, (_, i) => ["u:ada", `a:${String(i).padStart(2, "0")}`] as const));
		const pages: string[][] = [];
		let cursor: string | undefined;
		do {
			const view = await read("u:ada", known, { limit: 8, ...(cursor !== undefined && { cursor }) }).view;
			pages.push(view?.links.map(({ a, b }) => `${a.id} ${b.id}`) ?? []);
			cursor = view?.cursor;
		} while (cursor !== undefined);
		expect(pages).toHaveLength(4);
		expect(new Set(pages.flat()).size).toBe(30);
		expect(pages.flat()).toHaveLength(30);
	});

	it("bounds what one page shows, and says how much it left out", async () => {
		const known = seen(...Array.from({ length: 320 }, (_, i) => [`u:${i}`, "e:till"] as const));
		const view = await read("e:till", known).view;
		expect([view?.links.length, view?.linksLeftOut]).toEqual([300, 20]);
	});

	it("shows an identifier that was never seen with another: alone, with no evidence", async () => {
		const lone = {
			nodes: [...SHARED.nodes, { ...SHARED.nodes[0], id: "a:guest" as SeedId, value: "guest" }],
			edges: SHARED.edges,
		};
		const view = await read("a:guest", lone as typeof SHARED).view;
		expect(view).toMatchObject({ place: { profileId: "a:guest", members: ["a:guest"] }, links: [] });
	});

	it("marks what the rules block", async () => {
		const view = await read("e:fake", seen(["u:ada", "e:fake"])).view;
		expect(view?.identifiers).toMatchObject([{ isBlocked: true }]);
		expect(view?.links).toMatchObject([{ whyNot: { code: "blocked" } }]);
	});

	it("hands the journal's page on, and where it goes on", async () => {
		const { view, asked } = read("u:ada", SHARED);
		expect(await view).toMatchObject({ journal: [ENTRY], journalCursor: "older" });
		expect(asked).toEqual([["u:ada", { limit: 7 }]]);
	});

	it("knows nothing of what was never seen", async () => {
		expect(await read("u:nobody", SHARED).view).toBeUndefined();
	});
});
