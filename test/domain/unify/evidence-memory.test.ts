import { beforeEach, describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import { endsOf } from "#domain/unify/evidence.ts";
import { evidenceMemory, lookWithMemory } from "#domain/unify/evidence-memory.ts";
import { nodeId } from "#test/support/identity.ts";

const at = "2026-01-01T00:00:00.000Z";
const aNode = (name: string) => ({ ...nodeId(name), firstSeen: at, lastSeen: at.slice(0, 10), sources: ["web"] });
const anEdge = (x: string, y: string) => ({
	...endsOf(x as SeedId, y as SeedId),
	firstSeen: at,
	messageId: "m",
	source: "web",
});
const ids = (...names: string[]) => names as SeedId[];

let time = 0;
const now = () => new Date(time);
beforeEach(() => {
	time = 0;
});

/** A graph that knows all it is asked for, and keeps what that was. */
function aGraph() {
	const asked: string[][] = [];
	const look = async ({ nodes }: { nodes: readonly SeedId[] }) => {
		asked.push([...nodes]);
		return { nodes: nodes.map(aNode), edges: [] };
	};
	return { asked, graph: { look } };
}

describe("evidenceMemory", () => {
	it("remembers identifiers and edges for a minute, so that an erased person is soon nowhere", () => {
		const memory = evidenceMemory({ now });
		const edge = anEdge("u:ada", "a:phone");
		memory.keep({ nodes: [aNode("u:ada")], edges: [edge] });
		time = 59_999;
		expect(memory.recall(ids("u:ada", "u:bob"), [edge])).toEqual({ nodes: [aNode("u:ada")], edges: [edge] });
		time = 60_000;
		expect(memory.recall(ids("u:ada"), [edge])).toEqual({ nodes: [], edges: [] });
	});

	it("forgets what came first when there is too much", () => {
		const memory = evidenceMemory({ now, maxEntries: 2 });
		memory.keep({ nodes: ["a:1", "a:2"].map(aNode), edges: [] });
		memory.keep({ nodes: ["a:1", "a:3"].map(aNode), edges: [] });
		expect(memory.recall(ids("a:1", "a:2", "a:3"), []).nodes.map(({ id }) => id)).toEqual(["a:1", "a:3"]);
	});

	it("forgets what it is told to", () => {
		const memory = evidenceMemory({ now });
		memory.keep({ nodes: ["a:1", "a:2"].map(aNode), edges: [] });
		memory.forget(ids("a:1"));
		expect(memory.recall(ids("a:1", "a:2"), []).nodes.map(({ id }) => id)).toEqual(["a:2"]);
	});
});

describe("lookWithMemory", () => {
	it("asks the graph only for what is not remembered, and for nothing when all is", async () => {
		const { asked, graph } = aGraph();
		const memory = evidenceMemory({ now });
		await lookWithMemory({ nodes: ids("a:1"), edges: [] }, { graph, memory });
		await lookWithMemory({ nodes: ids("a:1", "a:2"), edges: [] }, { graph, memory });
		const { nodes } = await lookWithMemory({ nodes: ids("a:2", "a:1"), edges: [] }, { graph, memory });
		expect(asked).toEqual([["a:1"], ["a:2"]]);
		expect(nodes.map(({ id }) => id)).toEqual(["a:2", "a:1"]);
	});
});
