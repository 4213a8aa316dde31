import { isDeepStrictEqual } from "node:util";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { ClusterRecord, IdentityChange, IdentityGraph } from "#domain/unify/ports.ts";
import { fromRecord, type RecordItem } from "./cluster-rows.ts";
import { type EdgeItem, fromEdge, fromNode, type NodeItem } from "./identity-rows.ts";
import { writesOf } from "./identity-writes.ts";
import type { ItemKey, ItemStore, Write, Written } from "./item-store.ts";
import { keys } from "./keys.ts";

type GraphDeps = { readonly items: ItemStore; readonly vault: IdentifierVault; readonly now: () => Date };

/**
 * The identity graph in the item store. One change is one transaction; a lone identifier is one plain write, and so is
 * each of those that were only seen again.
 */
export function itemIdentityGraph({ items, vault, now }: GraphDeps): IdentityGraph {
	return {
		async look({ nodes, edges }, how) {
			const found = await items.batchGet(
				distinct([
					...nodes.map((id) => keys.node(id)),
					...edges.map(({ a, b, from = a }) => keys.edge(from, from === a ? b : a)),
				]),
				how,
			);
			const [atNodes, atEdges] = [found.filter(isNode), found.filter((item) => !isNode(item))];
			return {
				nodes: atNodes.map((item) => fromNode(item as NodeItem, vault)),
				edges: atEdges.map((item) => fromEdge(item as EdgeItem)),
			};
		},
		async edgesOf(id, limit) {
			const { items: found } = await items.query({ pk: keys.node(id).pk, prefix: "E#", limit });
			return found.map((item) => fromEdge(item as EdgeItem));
		},
		async records(ids) {
			const found = await items.batchGet(distinct(ids.map((id) => keys.cluster(id))));
			return found.map((item) => fromRecord(item as RecordItem));
		},
		async apply(change) {
			const writes = writesOf(change, { vault, now: now() });
			if (!isSightings(change)) return (await writeAll(writes, items)).kind;
			const each = await Promise.all(writes.map((write) => writeAll([write], items)));
			return each.every(({ kind }) => kind === "written") ? "written" : "refused";
		},
		async settle({ id, version }: Pick<ClusterRecord, "id" | "version">) {
			await items.update(keys.cluster(id), { remove: ["unsettled"] }, { equals: { version, pending: null } });
		},
	};
}

/**
 * Whether known identifiers were only seen again, on another day or through another source. That is no evidence: each
 * stands by itself, and to say it once a day of each must not cost twice what it has to.
 */
const isSightings = ({ nodes, edges, records, unchanged, structure, health }: IdentityChange): boolean =>
	edges.length + records.length + unchanged.length + health.length === 0 &&
	structure === undefined &&
	nodes.every(({ node: { lastSeen, sources, ...node }, before }) =>
		before === undefined ? false : isDeepStrictEqual({ ...node, lastSeen, sources }, { ...before, lastSeen, sources }),
	);

/** One write needs no transaction, which would cost twice as much. */
async function writeAll(writes: readonly Write[], items: ItemStore): Promise<Written> {
	const [write, ...others] = writes;
	if (others.length > 0) return items.transact(writes);
	if (write?.kind === "put") return items.put(write.item, write.condition);
	if (write?.kind === "update") return items.update(write.key, write.changes, write.condition);
	if (write) return items.transact(writes);
	return { kind: "written" };
}

const isNode = ({ sk }: ItemKey): boolean => sk === "NODE";

const distinct = (all: readonly ItemKey[]): ItemKey[] => [
	...new Map(all.map((key) => [`${key.pk} ${key.sk}`, key])).values(),
];
