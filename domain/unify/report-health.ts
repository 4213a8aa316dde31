import type { SeedId } from "#domain/model/identifier.ts";
import type { HealthKind, IdentityGraph, IdentityHealth, KnownNode } from "./ports.ts";

/** Ids that are counted of each list at most. */
const MAX_COUNTED = 1000;
const PAGE = 100;
const EXAMPLES = 10;

/** One of a list: an identifier, or the strongest one of a profile with the number of those it has. */
export type HealthExample = { readonly node: KnownNode; readonly identifiers?: number };

export type HealthFound = {
	readonly count: number;
	/** Whether there are more than were counted. */
	readonly isMore: boolean;
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
	return { count: ids.length, isMore: cursor !== undefined, examples: await examplesOf(ids.slice(0, EXAMPLES), graph) };
}

async function examplesOf(ids: readonly SeedId[], graph: Deps["graph"]): Promise<HealthExample[]> {
	if (ids.length === 0) return [];
	const [{ nodes }, records] = await Promise.all([graph.look({ nodes: ids, edges: [] }), graph.records(ids)]);
	const sizes = new Map(records.map(({ id, members }) => [id, members.length]));
	return nodes.map((node) => {
		const identifiers = sizes.get(node.id);
		return { node, ...(identifiers !== undefined && { identifiers }) };
	});
}
