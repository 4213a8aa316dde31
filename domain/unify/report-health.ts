import type { SeedId } from "#domain/model/identifier.ts";
import type { HealthKind, IdentityGraph, IdentityHealth, KnownNode } from "./ports.ts";

/** Ids that are counted of each list at most. */
const MAX_COUNTED = 1000;
const PAGE = 100;
const EXAMPLES = 10;

/** One of a list: a hub with the number of those it was seen with, or a profile's strongest identifier with the number of its own. */
type HealthExample = { readonly node: KnownNode; readonly identifiers?: number; readonly peers?: number };

export type HealthFound = {
	readonly count: number;
	/** Whether there are more than were counted. */
	readonly isMore: boolean;
	/** The largest of them. */
	readonly examples: readonly HealthExample[];
};

type Deps = { readonly health: IdentityHealth; readonly graph: Pick<IdentityGraph, "look" | "records"> };

/** How many there are of a kind, and some of them. */
export async function findUnhealthy(kind: HealthKind, { health, graph }: Deps): Promise<HealthFound> {
	const ids: SeedId[] = [];
	let cursor: string | undefined;
	do {
		const page = await health.list(kind, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
		ids.push(...page.ids);
		cursor = page.cursor;
	} while (cursor !== undefined && ids.length < MAX_COUNTED);
	const examples = kind === "hub" ? await largestHubs(ids, graph) : await largestProfiles(ids, graph);
	return { count: ids.length, isMore: cursor !== undefined, examples };
}

async function largestHubs(ids: readonly SeedId[], graph: Deps["graph"]): Promise<HealthExample[]> {
	const { nodes } = await look(ids, graph);
	const hubs = nodes.map((node) => ({ node, peers: node.degree ?? 0 }));
	return hubs.sort((x, y) => y.peers - x.peers).slice(0, EXAMPLES);
}

async function largestProfiles(ids: readonly SeedId[], graph: Deps["graph"]): Promise<HealthExample[]> {
	const records = ids.length > 0 ? await graph.records(ids) : [];
	const sizes = new Map(records.map(({ id, members }) => [id, members.length]));
	const sizeOf = (id: SeedId) => sizes.get(id) ?? 1;
	const largest = ids.toSorted((x, y) => sizeOf(y) - sizeOf(x)).slice(0, EXAMPLES);
	const { nodes } = await look(largest, graph);
	return largest.flatMap((id) => {
		const node = nodes.find((each) => each.id === id);
		return node ? [{ node, identifiers: sizeOf(id) }] : [];
	});
}

const look = async (ids: readonly SeedId[], graph: Deps["graph"]) =>
	ids.length > 0 ? graph.look({ nodes: ids, edges: [] }) : { nodes: [] };
