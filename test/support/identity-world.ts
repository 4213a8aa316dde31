import { itemBlockedIdentifiers } from "#adapters/items/blocked-identifiers.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemIdentityHealth } from "#adapters/items/identity-health.ts";
import { itemIdentityJournal } from "#adapters/items/identity-journal.ts";
import { type EdgeItem, fromEdge, fromNode, type NodeItem } from "#adapters/items/identity-rows.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { type Cluster, clusters } from "#domain/unify/clusters.ts";
import { decideIdentity } from "#domain/unify/decide-identity.ts";
import type { Asking, Decision, DecisionOutcome } from "#domain/unify/decision.ts";
import { type Evidence, type EvidenceNode, edgeKey, endsOf, NEVER } from "#domain/unify/evidence.ts";
import { evidenceMemory } from "#domain/unify/evidence-memory.ts";
import type { ComponentLimits } from "#domain/unify/finish.ts";
import { journalIdOf } from "#domain/unify/journal-id.ts";
import { linkStars } from "#domain/unify/link-stars.ts";
import type { IdentityGraph } from "#domain/unify/ports.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { resolveAgain } from "#domain/unify/resolve-again.ts";
import { gatherStars } from "#domain/unify/star.ts";
import { evidenceOf, identified, nodeId, openVault, type Seen, type Wish } from "./identity.ts";
import { memoryItemStore } from "./memory-item-store.ts";

type Options = {
	readonly rules: IdentityRules & { readonly version?: number };
	readonly limits?: ComponentLimits;
	readonly others?: () => Promise<void>;
	/** Stands before the graph: to refuse, to fail, to count. */
	readonly around?: (graph: IdentityGraph) => IdentityGraph;
};

/** An empty store with all that reads and writes identity in it. */
export function anIdentityWorld({ rules, limits = {}, others, around = (graph) => graph }: Options) {
	const now = () => new Date("2026-01-02T00:00:00Z");
	const items = memoryItemStore(others);
	const stored = itemIdentityGraph({ items, vault: openVault, now });
	const graph = around(stored);
	const saturated: SeedId[] = [];
	const count = { refusals: 0, ids: 0 };
	const pause = async () => void count.refusals++;
	const resolving = { graph, rules, now, pause, limits };
	const deciding = {
		...resolving,
		journal: itemIdentityJournal({ items }),
		blocked: itemBlockedIdentifiers({ items }),
		newId: () => `said-${count.ids++}`,
	};
	const aWorker = (memory = evidenceMemory({ now })) => {
		const onSaturated = (center: SeedId) => void saturated.push(center);
		return async (batch: readonly Seen[]) => {
			const stars = gatherStars(batch.map((seen) => identified(seen, JSON.stringify(seen))));
			const { failed } = await linkStars(stars, { ...resolving, memory, onSaturated });
			for (const error of failed.values()) throw error;
		};
	};
	return {
		...{ items, stored, graph, saturated, count, resolving, aWorker, take: aWorker(), journal: deciding.journal },
		health: itemIdentityHealth({ items }),
		/** The entries of the cluster that an identifier is in now, the latest first. */
		async journalOf(name: string) {
			const place = (await findPlaces([name as SeedId], stored)).get(name as SeedId);
			return place ? (await deciding.journal.entries(place.profileId)).entries : [];
		},
		decide: (decision: Decision, by: Asking = { by: "ada@shop" }) => decideIdentity(decision, by, deciding),
		resolve: (name: string, other = rules) => resolveAgain(name as SeedId, { ...resolving, rules: other }),
	};
}

/** The short names that events carry. */
export const namesOf = (events: readonly Seen[]): string[] => [...new Set(events.flatMap(({ names }) => names))];

export type IdentityWorld = ReturnType<typeof anIdentityWorld>;

/** A wish as the decision it is. */
export function decisionOf(wish: Exclude<Wish, { kind: "undo" }>): Decision {
	return "name" in wish
		? { kind: wish.kind, identifier: nodeId(wish.name) }
		: { kind: wish.kind, a: nodeId(wish.a), b: nodeId(wish.b) };
}

/** Does what a person wishes. */
export const fulfil = (wish: Wish, world: IdentityWorld): Promise<DecisionOutcome> =>
	world.decide(wish.kind === "undo" ? { kind: "undo", journalId: entryNumber(wish.entry, world) } : decisionOf(wish));

/** One of the entries in all journals. */
function entryNumber(n: number, { items }: IdentityWorld): string {
	const entries = items.all().filter(({ sk, cause }) => sk.startsWith("J#") && cause !== undefined);
	const entry = entries[n % Math.max(1, entries.length)];
	return entry ? journalIdOf({ id: entry.pk.slice(2) as SeedId, version: Number(entry.sk.slice(2)) }) : "none";
}

/** The journal entry of what an event made one; its messageId is what it says. */
export async function journalIdOfEvent(world: IdentityWorld, { names, at }: Seen): Promise<string | undefined> {
	const entries = (await Promise.all(names.map((name) => world.journalOf(name)))).flat();
	const isOf = ({ cause }: (typeof entries)[number]) =>
		cause.kind === "event" && cause.messageId === JSON.stringify({ names, at });
	return entries.find(isOf)?.journalId;
}

/** Who is who in the graph: the canonical id of each identifier, and who is with it. */
export async function peopleIn({ stored }: Pick<IdentityWorld, "stored">, names: readonly string[]) {
	const places = await findPlaces(names as SeedId[], stored);
	return Object.fromEntries(
		names.toSorted().map((name) => {
			const place = places.get(name as SeedId);
			return [name, { id: place?.profileId, with: place?.members, contested: place?.record?.contested ?? false }];
		}),
	);
}

/** The same by the definition, of all that events said and of what people said that is in the store. */
export function peopleBy(world: Pick<IdentityWorld, "items">, events: readonly Seen[], { rules, limits }: Options) {
	const evidence = withStatements(evidenceOf(events), world);
	const found = clusters(evidence, rules, limits).flatMap(({ id, members, contested }: Cluster) =>
		members.map((name) => [name, { id, with: members, contested }] as const),
	);
	return Object.fromEntries(found.toSorted(([x], [y]) => (x < y ? -1 : 1)));
}

/** Evidence with what people said, as the store has it. */
function withStatements({ nodes, edges }: Evidence, { items }: Pick<IdentityWorld, "items">): Evidence {
	const nodeAt = new Map<string, EvidenceNode>(nodes.map((node) => [node.id, node]));
	const edgeAt = new Map(edges.map((edge) => [edgeKey(edge), edge]));
	for (const item of items.all().filter(({ pk }) => pk.startsWith("N#"))) {
		const [id, other] = [item.pk.slice(2) as SeedId, item.sk.slice(2) as SeedId];
		if (item.sk === "NODE") {
			const node = nodeAt.get(id) ?? { ...nodeId(id), firstSeen: NEVER };
			const { blocked } = fromNode(item as NodeItem, openVault);
			nodeAt.set(id, { ...node, ...(blocked && { blocked }) });
		} else if (item.verdict) {
			const { verdict } = fromEdge(item as EdgeItem);
			const edge = edgeAt.get(edgeKey(endsOf(id, other))) ?? { ...endsOf(id, other), firstSeen: NEVER };
			edgeAt.set(edgeKey(edge), { ...edge, ...(verdict && { verdict }) });
		}
	}
	return { nodes: [...nodeAt.values()], edges: [...edgeAt.values()] };
}
